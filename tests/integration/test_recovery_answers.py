"""An invalid recovery outcome, sent to a whole sidecar whose database is away."""

from __future__ import annotations

from pathlib import Path

import aiohttp
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from tests.support.otlp import UNSET, span, traces

from failcat_sidecar.app import Sidecar
from failcat_sidecar.settings import load_settings

OUTCOME = {
    "failcat.recovery.failure_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "failcat.recovery.mode": "FALLBACK",
    "failcat.recovery.succeeded": True,
}


async def test_the_sender_of_an_invalid_outcome_is_told_and_it_is_counted(tmp_path: Path) -> None:
    flags = dict.fromkeys(("otlp_http", "admin"), "127.0.0.1:0") | {"otlp_grpc": "off", "drain_seconds": "0"}
    away = {"database_url": "postgresql://127.0.0.1:1/away", "data_dir": str(tmp_path)}
    sidecar = Sidecar(load_settings({**flags, **away}, {}), on_progress=print)
    await sidecar.start()
    assert sidecar.http and sidecar.admin
    broken = {**OUTCOME, "failcat.recovery.attempt": -5}
    body = traces(span(1, status=UNSET, attributes=OUTCOME), span(2, status=UNSET, attributes=broken), span(3))
    try:
        async with aiohttp.ClientSession(headers={"Content-Type": "application/x-protobuf"}) as session:
            async with session.post(f"http://127.0.0.1:{sidecar.http.port}/v1/traces", data=body) as response:
                answer = ExportTraceServiceResponse.FromString(await response.read())
            async with session.get(f"http://127.0.0.1:{sidecar.admin.port}/metrics") as response:
                metrics = await response.text()
    finally:
        await sidecar.stop()
    assert response.status == 200
    assert answer.partial_success.rejected_spans == 1
    assert "failcat.recovery.attempt must be an integer from 1 to" in answer.partial_success.error_message
    assert 'failcat_recoveries_invalid_total{reason="attempt"} 1.0' in metrics
    assert 'recovery_success_total{error_code="UNKNOWN_ERROR",recovery_mode="FALLBACK"} 1.0' in metrics
