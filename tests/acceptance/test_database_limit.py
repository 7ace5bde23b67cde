"""The embedded database reaches FAILCAT_DATABASE_MAX_BYTES: the oldest failures go, then everything waits for room."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote

import asyncpg
from tests.support.failures import Failures
from tests.support.load import LoadGenerator
from tests.support.sidecar import SidecarProcess, failcat, post

from failcat_catalog.identity import failure_id
from failcat_core.records import FailureRecord
from failcat_storage.partitions import Week, create_partition
from failcat_storage.store import Store

MIB = 1 << 20
SETTINGS = {
    "FAILCAT_DATABASE_MAX_BYTES": "128MiB",  # 80 MiB for tables, of which a new server takes 32
    "FAILCAT_SPOOL_MAX_BYTES": "8MiB",
    "FAILCAT_SPOOL_RESERVE_BYTES": "0",
    "FAILCAT_MAX_REQUEST_BYTES": "1MiB",
}
OLD_WEEKS, FAILURES_A_WEEK = 3, 300
TEXT_BYTES = 40_000  # random, so that PostgreSQL cannot compress it
STRAYS = 100  # old failures outside every week


def url_of(sidecar: SidecarProcess) -> str:
    return f"postgresql://failcat@/failcat?host={quote(str(sidecar.data_dir / 'postgresql/run'))}"


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def degraded(sidecar: SidecarProcess) -> list[str]:
    reasons: list[str] = sidecar.readiness()["degraded"]
    return reasons


def row(sidecar: SidecarProcess, statement: str) -> asyncpg.Record:
    async def ask() -> asyncpg.Record:
        connection = await asyncpg.connect(url_of(sidecar))
        try:
            return await connection.fetchrow(statement)
        finally:
            await connection.close()

    return asyncio.run(ask())


async def store_old_failures(url: str) -> list[str]:
    """In the weeks before this one, and outside every week. Answers the weeks' partitions, the oldest first."""
    connection, store, failures = await asyncpg.connect(url), Store.connect(url, shard=0), Failures()
    weeks = [Week.of(datetime.now(UTC) - timedelta(weeks=back)) for back in range(OLD_WEEKS, 0, -1)]
    for week in weeks:
        async with connection.transaction():
            await create_partition(connection, week)
        await store.write([_failure_at(failures, week.start + timedelta(days=1)) for _ in range(FAILURES_A_WEEK)])
    await store.write([_failure_at(failures, datetime(2001, 1, 1, tzinfo=UTC)) for _ in range(STRAYS)])
    await connection.execute("UPDATE failure_matches_default SET created_at = now() - INTERVAL '90 days'")
    await store.close()
    await connection.close()
    return [week.name for week in weeks]


def _failure_at(failures: Failures, moment: datetime) -> FailureRecord:
    shape = failures.one()
    key = failure_id(int(moment.timestamp() * 1e9), shape.trace_id or b"", shape.span_id or b"", 0)
    text = random.Random(key).randbytes(TEXT_BYTES // 2).hex()
    return failures.one(id=key, occurred_at_us=int(moment.timestamp() * 1e6), error_message=text)


def test_the_oldest_go_and_the_present_week_waits_for_room(open_tmp_path: Path) -> None:
    load, sent = LoadGenerator(seed=3), set[tuple[str, str]]()

    def send() -> bool:
        batch = load.batch(300)
        try:
            post(sidecar, batch)
        except HTTPError as error:
            assert error.code == 503
            return True
        sent.update(batch.failures)
        return False

    sidecar = SidecarProcess(open_tmp_path / "data", "", SETTINGS)
    with sidecar:
        weeks = asyncio.run(store_old_failures(url_of(sidecar)))
        until(send)
        until(lambda: "queued in the spool: the database takes" in str(degraded(sidecar)))
        present = row(sidecar, "SELECT count(*) FROM failure_matches")["count"]
        ours = row(sidecar, "SELECT sum(occurrences) AS sum FROM failure_group_totals")["sum"]
        assert 0 < present == ours < len(sent)
        log = sidecar.log()
        positions = [log.index(f"failures were dropped, {week} with {FAILURES_A_WEEK} rows") for week in weeks]
        assert positions == sorted(positions)
        dropped = OLD_WEEKS * FAILURES_A_WEEK + STRAYS
        assert sidecar.metric('failcat_failures_dropped_total{reason="size"}') == dropped
        assert sidecar.metric("failcat_database_max_bytes") == 80 * MIB
        settings = "SELECT current_setting('max_wal_size'), current_setting('temp_file_limit')"
        assert tuple(row(sidecar, settings)) == ("32MB", "16MB")
        assert 80 * MIB <= sidecar.metric("failcat_database_bytes") < 90 * MIB
        assert "only the present week is left" in str(degraded(sidecar))
        examined = failcat("doctor", **sidecar.settings())
        assert "FAIL size" in examined.stdout
    sidecar.environment["FAILCAT_DATABASE_MAX_BYTES"] = "1GiB"
    with sidecar:
        until(lambda: not sidecar.readiness()["spool_records"])
        stored = row(sidecar, "SELECT array_agg(trace_id || ':' || span_id) AS ids FROM failure_matches")["ids"]
        assert sorted(stored) == sorted(f"{trace}:{span}" for trace, span in sent)
        assert "size" not in str(degraded(sidecar))
