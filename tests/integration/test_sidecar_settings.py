"""Settings reach the part that they are for, and metrics tell what happens: a sidecar as a whole, in this process."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp import ClientSession
from tests.support.otlp import log, logs, span, traces
from tests.support.rows import wait_for_row, wait_for_rows
from tests.support.waiting import until

from failcat_sidecar.app import Sidecar
from failcat_sidecar.settings import load_settings

UNREACHABLE = "postgresql://127.0.0.1:1/none"
LISTENERS = dict.fromkeys(("otlp_http", "otlp_grpc", "admin"), "127.0.0.1:0")
FAILED = span(attributes={"error.type": "timeout"}, message="the tool did not answer")


@asynccontextmanager
async def running(tmp_path: Path, database_url: str = UNREACHABLE, **settings: str) -> AsyncIterator[Sidecar]:
    given = {**LISTENERS, "data_dir": str(tmp_path), "database_url": database_url, "drain_seconds": "1", **settings}
    sidecar = Sidecar(load_settings(given, {}), on_progress=print)
    await sidecar.start()
    try:
        yield sidecar
    finally:
        await sidecar.stop()


async def send(sidecar: Sidecar, body: bytes, path: str = "/v1/traces") -> int:
    assert sidecar.http
    headers = {"Content-Type": "application/x-protobuf"}
    url = f"http://127.0.0.1:{sidecar.http.port}{path}"
    async with ClientSession(headers=headers) as client, client.post(url, data=body) as response:
        return response.status


def metric(sidecar: Sidecar, name: str, **labels: str) -> float:
    return sidecar.metrics.registry.get_sample_value(name, labels) or 0.0


async def test_a_request_may_be_as_large_as_is_set(tmp_path: Path) -> None:
    large = traces(span(message="x" * 70_000))
    async with running(tmp_path, max_request_bytes="65536") as sidecar:
        assert (await send(sidecar, traces(FAILED)), await send(sidecar, large)) == (200, 413)


async def test_disk_that_is_to_stay_free_is_not_used(tmp_path: Path) -> None:
    async with running(tmp_path, spool_reserve_bytes=str(1 << 60)) as sidecar:
        assert await send(sidecar, traces(FAILED)) == 503
        assert any("the spool is full" in each for each in sidecar.health.readiness().not_ready)


async def test_a_spool_is_as_large_as_is_set_and_tells_what_waits_and_for_how_long(tmp_path: Path) -> None:
    async with running(tmp_path, spool_max_bytes=str(300 << 20)) as sidecar:
        assert metric(sidecar, "failcat_spool_capacity_bytes") == 300 << 20
        assert await send(sidecar, traces(FAILED)) == 200
        assert (metric(sidecar, "failcat_spool_records"), metric(sidecar, "failcat_spool_bytes") > 100) == (1, True)
        await until(lambda: metric(sidecar, "failcat_spool_oldest_age_seconds") > 0)
        await until(lambda: metric(sidecar, "failcat_store_errors_total", kind="RetryableStorageError"))


@pytest.mark.parametrize(("keep", "kept"), [("true", "Ada's letter"), ("false", None)])
async def test_prompts_are_stored_only_when_that_is_set(
    tmp_path: Path, database_url: str, keep: str, kept: str | None
) -> None:
    failed = span(attributes={"error.type": "timeout", "gen_ai.input.messages": "Ada's letter"})
    db = await asyncpg.connect(database_url)
    async with running(tmp_path, database_url, keep_contents=keep) as sidecar:
        assert await send(sidecar, traces(failed)) == 200
        await wait_for_row(db, error_code="timeout")
    stored = "SELECT context -> 'attributes' ->> 'gen_ai.input.messages' FROM failure_matches"
    assert await db.fetchval(stored) == kept
    await db.close()


async def test_a_stop_waits_no_longer_for_a_request_than_is_set(tmp_path: Path) -> None:
    """It is told in the receivers' patience; half of what is set is the spool's."""
    patience: list[float] = []

    def noting(stop: Callable[[float], Coroutine[Any, Any, None]]) -> Callable[[float], Coroutine[Any, Any, None]]:
        async def noted(seconds: float) -> None:
            patience.append(seconds)
            await stop(seconds)

        return noted

    async with running(tmp_path, drain_seconds="3") as sidecar:
        assert sidecar.http and sidecar.grpc
        for receiver in (sidecar.http, sidecar.grpc):
            receiver.stop = noting(receiver.stop)  # type: ignore[method-assign,assignment]
    assert patience == [1.5, 1.5]


async def test_what_was_received_and_stored_is_counted_and_timed(tmp_path: Path, database_url: str) -> None:
    db = await asyncpg.connect(database_url)
    late = span(1, attributes={"error.type": "timeout"})
    late.end_time_unix_nano = time.time_ns() - 500 * 10**9
    fresh = span(2, trace=2, attributes={"error.type": "timeout"})
    fresh.end_time_unix_nano = time.time_ns()
    async with running(tmp_path, database_url) as sidecar:
        assert await send(sidecar, traces(late, fresh)) == 200
        rows = await wait_for_rows(db, 2)
        outcome = {
            "failcat.recovery.failure_id": str(rows[0]["id"]),
            "failcat.recovery.mode": "FALLBACK",
            "failcat.recovery.succeeded": False,
        }
        assert (
            await send(sidecar, logs(log(attributes=outcome), log(body="all is well", severity=9)), "/v1/logs") == 200
        )
        await wait_for_rows(db, 1, table="recovery_attempts")
        await until(lambda: metric(sidecar, "failcat_store_write_seconds_count") == 2)
        assert metric(sidecar, "failcat_consume_seconds_count") == 2
        assert metric(sidecar, "failcat_store_lag_seconds_count") == 1  # the second transaction has no failure
        assert 500 <= metric(sidecar, "failcat_store_lag_seconds_sum") < 1_000  # the longest
        assert metric(sidecar, "failcat_received_spans_total", transport="http", outcome="accepted") == 2
        assert metric(sidecar, "failcat_received_log_records_total", transport="http", outcome="accepted") == 2
        assert metric(sidecar, "recovery_failure_total", recovery_mode="FALLBACK", error_code="TIMEOUT") == 1
        assert metric(sidecar, "failure_persisted_total") == 2
    await db.close()
