"""The catalog of a running sidecar changes while failures come in, and nothing broken takes it down."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import asyncpg
import pytest
from tests.support.checkout import MESSAGE, Checkout
from tests.support.load import Batch
from tests.support.otlp import span, traces
from tests.support.rows import wait_for_row
from tests.support.sidecar import SidecarProcess, failcat, post

RELOADS = 'failcat_catalog_reloads_total{outcome="%s"}'


def document(pattern: str, code: str, name: str = "mine.own") -> str:
    return json.dumps({"rules": [{"id": name, "code": code, "when": [{"message": [pattern]}]}]})


class Operator:
    """Someone who changes the catalog of a sidecar and looks at what becomes of failures."""

    def __init__(self, sidecar: SidecarProcess, database: asyncpg.Connection) -> None:
        self._sidecar = sidecar
        self._database = database
        self._trace = 0

    async def row_of(self, message: str) -> asyncpg.Record:
        """Sends one failure, waits for its row."""
        self._trace += 1
        post(self._sidecar, Batch(traces(span(trace=self._trace, message=message)), ()))
        return await wait_for_row(self._database, trace_id=f"{self._trace:032x}")

    def wait_for_reload(self, outcome: str, count: int, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while self._sidecar.metrics().get(RELOADS % outcome, 0) < count:
            assert time.monotonic() < deadline, self._sidecar.log()
            time.sleep(0.05)


@pytest.fixture
def layer(open_tmp_path: Path) -> Path:
    path = open_tmp_path / "mine.yaml"
    path.write_text(document("first stalled", "CONFLICT"))
    return path


async def test_files_and_promoted_entries_are_taken_up_and_broken_ones_are_not(
    database_url: str, open_tmp_path: Path, layer: Path
) -> None:
    database = await asyncpg.connect(database_url)
    catalog = {"FAILCAT_CATALOG": str(layer)}
    with SidecarProcess(open_tmp_path / "data", database_url, catalog) as sidecar:
        operator = Operator(sidecar, database)
        before = await operator.row_of("the first stalled")
        assert (before["catalog_entry_id"], before["match_rule"]) == ("CONFLICT", "mine.own")

        layer.write_text(document("second stalled", "TIMEOUT"))
        operator.wait_for_reload("succeeded", 1)
        after = await operator.row_of("the second stalled")
        assert (after["catalog_entry_id"], after["match_rule"]) == ("TIMEOUT", "mine.own")
        assert after["catalog_version"] != before["catalog_version"]
        assert (await operator.row_of("the first stalled"))["catalog_entry_id"] is None

        layer.write_text("rules: [")
        operator.wait_for_reload("failed", 1)
        assert (await operator.row_of("the second stalled"))["catalog_version"] == after["catalog_version"]
        assert f"{after['catalog_version']} stays in use: {layer}" in sidecar.log()

        promoted = document("third stalled", "CANCELLED", "promoted.third")
        await database.execute("INSERT INTO catalog_entries (code, document) VALUES ('CANCELLED', $1)", promoted)
        assert sidecar.process
        sidecar.process.send_signal(signal.SIGHUP)
        operator.wait_for_reload("succeeded", 2)
        assert (await operator.row_of("the third stalled"))["match_rule"] == "promoted.third"
        assert sidecar.stop() == 0

        # At a start a broken file ends it; an entry that was promoted is known even without the database.
        code = failcat("serve", FAILCAT_DATA_DIR=str(sidecar.data_dir), **catalog).returncode
        assert code == 3
        layer.write_text("{}")
        sidecar.start(FAILCAT_DATABASE_URL="postgresql://failcat@127.0.0.1:1/failcat")
        sidecar.wait_ready()
        post(sidecar, Batch(traces(span(trace=99, message="the third stalled")), ()))
        hits = [name for name in sidecar.metrics() if name.startswith("failure_match_hits_total{")]
        assert len(hits) == 1
        assert 'error_code="CANCELLED"' in hits[0]
    await database.close()


async def test_a_sidecar_of_a_checkout_uses_an_edited_rule_from_its_next_start(
    database_url: str, open_tmp_path: Path
) -> None:
    database = await asyncpg.connect(database_url)
    checkout = Checkout(open_tmp_path / "checkout")
    with SidecarProcess(open_tmp_path / "data", database_url, checkout.environment) as sidecar:
        operator = Operator(sidecar, database)
        assert (await operator.row_of(MESSAGE))["match_rule"] is None
        assert sidecar.stop() == 0
        checkout.edit()
        sidecar.start()
        sidecar.wait_ready()
        assert (await operator.row_of(MESSAGE))["match_rule"] == "databases.vector_index_building"
    await database.close()
