"""`failcat spool`: looking inside, beside a running sidecar and on what a crash or damage left."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from tests.integration.spool.conftest import OpenSpool

from failcat_core import records
from failcat_sidecar.cli.main import failcat
from failcat_sidecar.spool import Spool

FAILURE = records.FailureRecord(
    id=bytes(range(16)),
    run_id="run",
    error_code="HTTP_429",
    signature="v1:x",
    occurred_at_us=1,
    catalog_version="1",
    error_message="\x1b[31mred \x9b31m \u202e",
    trace_id=bytes(16),
    context={"raw": b"\xff", "list": [1, {"deep": b"\x01"}]},
)
RECOVERY = records.RecoveryRecord(failure_id=bytes(16), attempt=1, mode="SKIP", succeeded=True, occurred_at_us=2)


def run(folder: Path, command: str, *arguments: str) -> Result:
    return CliRunner().invoke(failcat, ["spool", command, "--data-dir", str(folder.parent), *arguments])


def json_lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
async def running(open_spool: OpenSpool) -> Spool:
    """A spool that is open, as in a running sidecar, with three segments' worth of batches."""
    spool = await open_spool(segment_bytes=600)
    for _ in range(6):
        await spool.append(records.encode([FAILURE, RECOVERY]), 2)
    return spool


async def test_ls_tells_name_state_batches_records_bytes_and_age(running: Spool, folder: Path) -> None:
    batches = await running.read(1000, 1 << 20)
    running.drained(batches[-1].position)
    await running.close()
    lines = json_lines(run(folder, "ls", "--json"))
    assert sum(line["batches"] for line in lines) == 6
    assert sum(line["records"] for line in lines) == 12
    assert {line["state"] for line in lines} == {"drained"}
    assert lines[0]["bytes"] == (folder / lines[0]["name"]).stat().st_size
    assert lines[0]["age_seconds"] >= 0
    assert lines[0]["name"] in run(folder, "ls").stdout


@pytest.mark.parametrize("name", ["nowhere", "x" * 5_000])
def test_what_is_no_spool_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    result = run(tmp_path / name / "spool", "ls")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (3, "", 1)
    assert result.stderr.startswith("failcat: FAILCAT_DATA_DIR: ")


async def test_cat_prints_waiting_records_as_safe_json(running: Spool, folder: Path) -> None:
    result = run(folder, "cat")
    lines = json_lines(result)
    assert len(lines) == 12
    assert lines[0]["id"] == "00010203-0405-0607-0809-0a0b0c0d0e0f"
    assert lines[0]["trace_id"] == "00" * 16
    assert lines[0]["context"] == {"raw": "ff", "list": [1, {"deep": "01"}]}
    assert lines[0]["error_message"] == FAILURE.error_message
    assert lines[1]["kind"] == "recovery"
    assert result.stdout.isascii()
    assert "\x1b" not in result.stdout


async def test_cat_prints_a_context_as_the_object_that_its_text_is(running: Spool, folder: Path) -> None:
    for context in ('{"a":[1,"\\u001b"]}', "{"):
        await running.append(records.encode([msgspec.structs.replace(FAILURE, context=context)]), 1)
    *_, known, broken = json_lines(run(folder, "cat"))
    assert (known["context"], broken["context"]) == ({"a": [1, "\x1b"]}, "{")


async def test_cat_names_a_batch_it_cannot_decode_and_goes_on(running: Spool, folder: Path) -> None:
    await running.append(b"\xc1", 1)
    await running.append(records.encode([RECOVERY]), 1)
    result = run(folder, "cat")
    assert result.exit_code == 1
    assert len(json_lines(result)) == 13
    assert "segment" in result.stderr


def test_cat_prints_a_batch_that_was_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "1-104.msgpack"
    file.write_bytes(records.encode([RECOVERY]))
    (line,) = json_lines(run(tmp_path / "none" / "spool", "cat", str(file)))
    assert line["mode"] == "SKIP"


async def test_verify_is_content_with_a_running_spool(running: Spool, folder: Path) -> None:
    result = run(folder, "verify")
    assert (result.exit_code, result.stdout[:9]) == (0, "6 batches")


async def test_verify_says_where_the_damage_is(running: Spool, folder: Path) -> None:
    await running.close()
    path = sorted(folder.glob("*.segment"))[0]
    raw = bytearray(path.read_bytes())
    raw[120] ^= 1
    path.write_bytes(raw)
    result = run(folder, "verify", "--json")
    assert result.exit_code == 1
    (line,) = json_lines(result)
    assert line["segment"] == path.name
    assert line["start"] <= 120 < line["end"]
    path.unlink()
    assert (run(folder, "verify").exit_code, run(folder, "verify").stdout) == (1, "1 segments are missing\n")


async def test_export_makes_a_data_folder_that_a_sidecar_can_take_in(
    running: Spool, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "rescue"
    (summary,) = json_lines(await asyncio.to_thread(run, folder, "export", "--json", str(target)))
    assert summary == {"batches": 6, "records": 12, "folder": str(target)}
    spool = await Spool.open(target / "spool", max_bytes=1 << 20, reserve_free_bytes=0)
    assert {batch.payload for batch in await spool.read(1000, 1 << 20)} == {records.encode([FAILURE, RECOVERY])}
    assert spool.stats.records == 12
    await spool.close()
    assert run(folder, "export", str(target)).exit_code == 2


async def test_looking_changes_nothing(running: Spool, folder: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    for command in (["ls"], ["cat", "--all"], ["verify"], ["export", str(tmp_path / "copy")]):
        assert (await asyncio.to_thread(run, folder, *command)).exit_code == 0
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_without_a_spool_is_a_configuration_error(tmp_path: Path) -> None:
    result = run(tmp_path / "nothing" / "spool", "ls")
    assert result.exit_code == 3
    assert "FAILCAT_DATA_DIR" in result.stderr


def test_every_command_has_help_with_examples() -> None:
    for command in ("ls", "cat", "verify", "export"):
        assert "Examples:" in CliRunner().invoke(failcat, ["spool", command, "--help"]).stdout
