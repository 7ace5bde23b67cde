"""The newest segment after a kill or a power cut: lost batches are told from an append that was cut short."""

from __future__ import annotations

import asyncio
import itertools
import random
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.integration.spool.conftest import OpenSpool

from failcat_sidecar.cli.main import failcat
from failcat_sidecar.spool.disk import Disk
from failcat_sidecar.spool.format import HEADER_BYTES
from failcat_sidecar.spool.manifest import NAME as MANIFEST
from failcat_sidecar.spool.recovery import take_inventory
from failcat_sidecar.spool.store import SegmentStore, SpoolLimits

SECTOR = 512
SEGMENT = "000000000001.segment"
PAYLOADS = [b"acknowledged %d " % number * 9 for number in range(6)]
LAST = [b"last append %d " % number * 90 for number in range(5)]


def recover(folder: Path) -> SegmentStore:
    inventory = take_inventory(folder)
    store = SegmentStore(folder, SpoolLimits(1 << 30, 1 << 15, 0, 600), Disk(), inventory)
    store.recover(inventory)
    return store


def verify(folder: Path) -> int:
    return CliRunner().invoke(failcat, ["spool", "verify", "--data-dir", str(folder.parent)]).exit_code


@pytest.fixture
async def killed(open_spool: OpenSpool, folder: Path, tmp_path: Path) -> Path:
    """What a sidecar leaves that is killed after PAYLOADS, one append each, were acknowledged."""
    spool = await open_spool(segment_bytes=1 << 15)
    for payload in PAYLOADS:
        await spool.append(payload, 1)
    copy = tmp_path / "killed" / "spool"
    await asyncio.to_thread(shutil.copytree, folder, copy)
    return copy


@pytest.fixture
async def cut(open_spool: OpenSpool, folder: Path, tmp_path: Path) -> tuple[Path, bytes]:
    """The disk as it was before LAST, one append, was written, and the segment's bytes behind it."""
    spool = await open_spool(segment_bytes=1 << 15)
    for payload in PAYLOADS:
        await spool.append(payload, 1)
    before = tmp_path / "before" / "spool"
    await asyncio.to_thread(shutil.copytree, folder, before)
    await asyncio.gather(*(spool.append(payload, 1) for payload in LAST))
    return before, (folder / SEGMENT).read_bytes()


def end_of(raw: bytes | bytearray) -> int:
    return len(raw.rstrip(b"\0"))


def test_every_flipped_byte_of_a_killed_sidecars_segment_is_reported(killed: Path) -> None:
    raw = (killed / SEGMENT).read_bytes()
    manifest = (killed / MANIFEST).read_bytes()
    for place in range(HEADER_BYTES, end_of(raw)):
        flipped = bytearray(raw)
        flipped[place] ^= 1 << place % 8
        (killed / SEGMENT).write_bytes(flipped)
        store = recover(killed)
        assert (store.damaged_segments, store.torn_segments) == (1, 0), place
        assert (killed / SEGMENT).read_bytes() == flipped  # the evidence stays
        (killed / MANIFEST).write_bytes(manifest)


@pytest.mark.parametrize("length", [0.3, 0.6, 0.95])
def test_an_end_that_reads_as_zeros_is_reported_at_every_start(killed: Path, length: float) -> None:
    raw = (killed / SEGMENT).read_bytes()
    kept = int(end_of(raw) * length)
    (killed / SEGMENT).write_bytes(raw[:kept] + bytes(len(raw) - kept))
    assert verify(killed) == 1
    for _ in range(2):
        assert recover(killed).damaged_segments == 1


def test_a_byte_in_the_unused_rest_is_kept_aside_and_reported(killed: Path, caplog: pytest.LogCaptureFixture) -> None:
    raw = bytearray((killed / SEGMENT).read_bytes())
    place = end_of(raw) + 3000
    raw[place] = 7
    (killed / SEGMENT).write_bytes(raw)
    assert verify(killed) == 1
    for _ in range(2):
        store = recover(killed)
        assert (store.damaged_segments, store.torn_segments) == (0, 1)
        assert store.waiting[1].is_damaged
        assert (killed / SEGMENT).read_bytes() == raw[: place + 1]
    assert f"{SEGMENT}: bytes {end_of(raw[:place])} to {place + 1}: no intact batch" in caplog.text


async def test_what_was_kept_aside_is_reported_after_the_segment_has_a_successor(
    killed: Path, open_spool: OpenSpool, folder: Path
) -> None:
    raw = bytearray((killed / SEGMENT).read_bytes())
    raw[end_of(raw) + 10] = 7
    shutil.rmtree(folder)
    shutil.copytree(killed, folder)
    (folder / SEGMENT).write_bytes(raw)
    for _ in range(2):
        spool = await open_spool()
        assert spool.stats.torn_segments == 1
        await spool.append(b"goes to the next segment", 1)
        await spool.close()


def torn_states(before: bytes, after: bytes) -> list[bytes]:
    """What a power cut in the middle of the last write may leave: any of its sectors, not the others."""
    sectors = range(end_of(before) // SECTOR, end_of(after) // SECTOR + 1)
    dice = random.Random(1)
    choices = [[sector] for sector in sectors]
    choices += [dice.sample(list(sectors), dice.randrange(len(sectors))) for _ in range(300)]
    states = []
    for chosen in choices:
        state = bytearray(before)
        for sector in chosen:
            state[sector * SECTOR : (sector + 1) * SECTOR] = after[sector * SECTOR : (sector + 1) * SECTOR]
        states.append(bytes(state))
    return states


def test_an_append_that_a_power_cut_tore_is_no_damage(cut: tuple[Path, bytes]) -> None:
    folder, after = cut
    before = (folder / SEGMENT).read_bytes()
    manifest = (folder / MANIFEST).read_bytes()
    torn = 0
    for state in torn_states(before, after):
        (folder / SEGMENT).write_bytes(state)
        store = recover(folder)
        torn += store.torn_segments
        assert (store.damaged_segments, store.missing_segments) == (0, 0)
        assert store.waiting[1].batches >= len(PAYLOADS)
        (folder / MANIFEST).write_bytes(manifest)
    assert torn > 250


def test_damage_before_a_complete_append_is_no_torn_append(killed: Path) -> None:
    """Though the manifest, as after a power cut, does not count it."""
    (killed / MANIFEST).unlink()
    raw = bytearray((killed / SEGMENT).read_bytes())
    raw[raw.index(PAYLOADS[-3])] ^= 1
    (killed / SEGMENT).write_bytes(raw)
    store = recover(killed)
    assert (store.damaged_segments, store.torn_segments) == (1, 0)


async def test_appends_never_share_a_time(open_spool: OpenSpool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands still, or is set back, must not make two appends look like one."""
    ticks = itertools.chain([9_000_000_000, 5_000_000_000], itertools.repeat(9_000_000_000))
    monkeypatch.setattr("failcat_sidecar.spool.segment.time.time_ns", lambda: next(ticks))
    spool = await open_spool()
    for _ in range(4):
        await spool.append(b"x", 1)
    times = [batch.appended_at for batch in await spool.read(1000, 1 << 20)]
    assert times == sorted(set(times))


def test_verify_gives_a_running_sidecar_time_to_finish_an_append(
    cut: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, after = cut
    half_written = bytearray((folder / SEGMENT).read_bytes())
    end = end_of(half_written)
    half_written[end : end + 100] = after[end : end + 100]
    (folder / SEGMENT).write_bytes(half_written)
    assert verify(folder) == 1
    monkeypatch.setattr("failcat_sidecar.cli.spool.time.sleep", lambda _: (folder / SEGMENT).write_bytes(after))
    assert verify(folder) == 0
