"""Damage to the files of a spool: what is intact comes out, what is lost is reported, the damaged file is retained."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.integration.spool.conftest import OpenSpool
from tests.support.waiting import until

from failcat_sidecar.cli.main import failcat
from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.spool import Disk, Spool, StoredBatch
from failcat_sidecar.spool.attempts import AttemptsFile
from failcat_sidecar.spool.cursor import Cursor
from failcat_sidecar.spool.format import HEADER_BYTES
from failcat_sidecar.spool.recovery import take_inventory
from failcat_sidecar.spool.store import SegmentStore, SpoolLimits

BIG = 1 << 30
CONTENTS = [b"batch %d " % number * (number + 1) for number in range(7)]


class UnsyncedDisk(Disk):
    """Thousands of recoveries need no sync."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass


@pytest.fixture
async def three_segments(open_spool: OpenSpool, folder: Path) -> list[Path]:
    """A spool that was closed with all of CONTENTS waiting, in three segments."""
    spool = await open_spool(segment_bytes=260)
    for records, payload in enumerate(CONTENTS):
        await spool.append(payload, records)
    await spool.close()
    segments = sorted(folder.glob("*.segment"))
    assert len(segments) == 3
    return segments


def recover(folder: Path) -> tuple[SegmentStore, list[StoredBatch]]:
    """What a restart finds, without the event loop."""
    inventory = take_inventory(folder)
    disk = UnsyncedDisk()
    store = SegmentStore(folder, SpoolLimits(BIG, 1024, 0, 600), disk, inventory)
    store.recover(inventory)
    attempts = AttemptsFile(folder)
    cursor = Cursor(store, attempts, disk)
    batches = cursor.take(BIG, BIG)
    cursor.close()
    attempts.close()
    return store, batches


def payloads(batches: list[StoredBatch]) -> list[bytes]:
    return [batch.payload for batch in batches]


def is_subsequence(part: list[bytes], whole: list[bytes]) -> bool:
    rest = iter(whole)
    return all(item in rest for item in part)


def test_every_flipped_bit_costs_at_most_one_batch_and_is_reported(three_segments: list[Path], folder: Path) -> None:
    for name in [*(path.name for path in three_segments), "manifest"]:
        raw = (folder / name).read_bytes()
        for bit in range(len(raw) * 8):
            flipped = bytearray(raw)
            flipped[bit // 8] ^= 1 << bit % 8
            (folder / name).write_bytes(flipped)
            store, batches = recover(folder)
            in_a_batch = name != "manifest" and bit // 8 >= HEADER_BYTES
            assert len(batches) == len(CONTENTS) - in_a_batch
            assert is_subsequence(payloads(batches), CONTENTS)
            assert store.damages
        (folder / name).write_bytes(raw)


def test_every_cut_keeps_the_whole_batches_and_is_reported(three_segments: list[Path], folder: Path) -> None:
    for path in three_segments:
        raw = path.read_bytes()
        before = payloads(recover(folder)[1])
        assert before == CONTENTS
        for length in range(len(raw)):
            path.write_bytes(raw[:length])
            store, batches = recover(folder)
            lost = len(CONTENTS) - len(batches)
            assert 1 <= lost <= 3
            assert is_subsequence(payloads(batches), CONTENTS)
            assert store.damaged_segments == 1
        path.write_bytes(raw)


@pytest.mark.parametrize("index", [0, 1, 2])
async def test_a_missing_segment_is_reported_and_the_others_come_out(
    open_spool: OpenSpool, three_segments: list[Path], index: int
) -> None:
    three_segments[index].unlink()
    spool = await open_spool()
    assert spool.stats.missing_segments == 1
    kept = payloads(list(spool.replay()))
    assert 0 < len(kept) < len(CONTENTS)
    assert is_subsequence(kept, CONTENTS)


async def test_a_spool_that_lost_all_its_segments_says_so(open_spool: OpenSpool, three_segments: list[Path]) -> None:
    for path in three_segments:
        path.unlink()
    assert (await open_spool()).stats.missing_segments == 3


async def test_a_damaged_segment_is_retained_once_its_intact_batches_are_drained(
    open_spool: OpenSpool, three_segments: list[Path], folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    raw = bytearray(three_segments[1].read_bytes())
    raw[HEADER_BYTES + 45] ^= 1
    three_segments[1].write_bytes(raw)
    spool = await open_spool()
    assert three_segments[1].name in caplog.text
    assert spool.stats.damaged_segments == 1
    assert three_segments[1].exists()
    left = len(CONTENTS) - 1
    while left:
        batches = await spool.read(BIG, BIG)
        spool.drained(batches[-1].position)
        left -= len(batches)
    await until(lambda: not three_segments[1].exists())
    aside = three_segments[1].with_suffix(".aside")
    assert aside.read_bytes() == bytes(raw)
    await spool.close()
    spool = await open_spool(keep_drained_seconds=0)
    assert (spool.stats.damaged_segments, spool.stats.missing_segments) == (0, 0)
    assert aside.exists()


async def test_damage_that_appears_while_running_costs_only_the_batch_it_hits(
    open_spool: OpenSpool, folder: Path
) -> None:
    spool = await open_spool()
    for payload in CONTENTS:
        await spool.append(payload, 1)
    (path,) = folder.glob("*.segment")
    with path.open("r+b") as file:
        file.seek(HEADER_BYTES + 41)
        file.write(b"?")
    assert payloads(await spool.read(BIG, BIG)) == CONTENTS[1:]
    assert spool.stats.damaged_segments == 1


async def test_a_spool_without_its_manifest_keeps_all_batches(
    open_spool: OpenSpool, three_segments: list[Path], folder: Path
) -> None:
    (folder / "manifest").unlink()
    spool = await open_spool()
    assert payloads(list(spool.replay())) == CONTENTS
    assert payloads(await spool.read(BIG, BIG)) == CONTENTS


async def test_a_rebuilt_manifest_lacks_no_segment_that_was_drained(open_spool: OpenSpool, folder: Path) -> None:
    spool = await open_spool(keep_drained_seconds=0)
    for payload in CONTENTS * 5:
        await spool.append(payload, 1)
    batches = await spool.read(BIG, BIG)
    spool.drained(batches[-3].position)
    await spool.close()
    await (await open_spool(keep_drained_seconds=0)).close()
    assert not (folder / "000000000001.segment").exists()
    (folder / "manifest").write_bytes(b"rotten")
    verify = CliRunner().invoke(failcat, ["spool", "verify", "--data-dir", str(folder.parent)])
    assert (verify.exit_code, "manifest" in verify.output) == (1, True)
    for _ in range(2):
        spool = await open_spool(keep_drained_seconds=0)
        assert spool.stats.missing_segments == 0
        await spool.close()
    assert CliRunner().invoke(failcat, ["spool", "verify", "--data-dir", str(folder.parent)]).exit_code == 0
    inventory = take_inventory(folder)
    inventory.files[0].path.unlink()
    assert take_inventory(folder).missing == 1


@pytest.mark.parametrize("name", ["manifest", "000000000002.segment"])
async def test_a_spool_of_a_newer_version_is_refused(
    open_spool: OpenSpool, three_segments: list[Path], folder: Path, name: str
) -> None:
    from failcat_sidecar.spool.format import with_crc

    raw = bytearray((folder / name).read_bytes())
    raw[8] = 2
    (folder / name).write_bytes(with_crc(bytes(raw[:60])) + raw[64:])
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ConfigurationError, match=r"FAILCAT_DATA_DIR.*newer.*2"):
        await open_spool()
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


async def test_a_leftover_of_an_unfinished_segment_is_removed(open_spool: OpenSpool, folder: Path) -> None:
    await (await open_spool()).close()
    (folder / "000000000001.new").write_bytes(b"half a header")
    await open_spool()
    assert not list(folder.glob("*.new"))


async def test_a_copied_spool_opens_elsewhere(three_segments: list[Path], folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    spool = await Spool.open(tmp_path / "copy", max_bytes=1 << 20, reserve_free_bytes=0)
    assert payloads(list(spool.replay())) == CONTENTS
    await spool.close()
