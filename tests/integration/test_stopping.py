"""The end of a sidecar: a part that fails to stop, a database that cannot be reached."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession
from tests.support.otlp import span, traces

from failcat_sidecar.app import SPOOL_FOLDER, Sidecar
from failcat_sidecar.settings import load_settings
from failcat_sidecar.spool import Spool


async def fails(*_: object) -> None:
    raise OSError("first")


async def fails_too() -> None:
    raise OSError("second")


async def test_every_part_is_stopped_whatever_another_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flags = dict.fromkeys(("otlp_http", "otlp_grpc", "admin"), "127.0.0.1:0")
    away = {"database_url": "postgresql://127.0.0.1:1/away", "data_dir": str(tmp_path), "drain_seconds": "1"}
    sidecar = Sidecar(load_settings({**flags, **away}, {}), on_progress=print)
    await sidecar.start()
    assert sidecar.http and sidecar.grpc and sidecar.admin and sidecar._store
    grpc_port, admin_port = sidecar.grpc.port, sidecar.admin.port
    monkeypatch.setattr(sidecar.http, "stop", fails)
    monkeypatch.setattr(sidecar._store, "close", fails_too)
    with pytest.raises(OSError, match="first"):
        await sidecar.stop()
    for port in (grpc_port, admin_port):
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", port)
    spool = await Spool.open(tmp_path / SPOOL_FOLDER, max_bytes=1 << 28, reserve_free_bytes=0)  # its lock is free
    await spool.close()
    assert all(task.done() for task in sidecar._tasks)


async def test_a_stop_does_not_wait_for_a_database_that_cannot_be_reached(tmp_path: Path) -> None:
    flags = dict.fromkeys(("otlp_http", "otlp_grpc", "admin"), "127.0.0.1:0")
    unreachable = {"database_url": "postgresql://127.0.0.1:1/none", "data_dir": str(tmp_path), "drain_seconds": "3600"}
    sidecar = Sidecar(load_settings({**flags, **unreachable}, {}), on_progress=print)
    await sidecar.start()
    assert sidecar._spool and sidecar.http
    body = traces(span(attributes={"error.type": "timeout"}))
    async with (
        ClientSession(headers={"Content-Type": "application/x-protobuf"}) as client,
        client.post(f"http://127.0.0.1:{sidecar.http.port}/v1/traces", data=body) as response,
    ):
        assert response.status == 200
    async with asyncio.timeout(60):  # instead of an hour
        while not any("are not stored" in each for each in sidecar.health.readiness().degraded):
            await asyncio.sleep(0.02)
        await sidecar.stop()
