"""An unreachable, slow or refusing sidecar: a bounded queue, counted drops, few warnings, no effect on the agent."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext
from tests.integration.shim.conftest import Agent
from tests.support.otlp_sink import OtlpSink
from tests.support.ports import free_ports

from failcat._delivery import sender as sender_module
from failcat._delivery.exporter import Exporter
from failcat._delivery.sender import Sender
from failcat._delivery.settings import DeliverySettings, settings_of
from failcat._reporting.emit import SpanDraft, emit

REPORTING = """
    import failcat
    failcat.instrument()
    for number in range({count}):
        failcat.match_and_persist("TIMEOUT", "r1", error_message="slow " + str(number))
        {then}
    print(failcat.flush(0.1), failcat.dropped())
"""


def test_an_unreachable_sidecar_costs_counted_drops_and_few_warnings(agent: Agent) -> None:
    ended = agent(REPORTING.format(count=12_000, then="pass"), FAILCAT_ENDPOINT=f"http://127.0.0.1:{free_ports(1)[0]}")
    assert ended.returncode == 0
    is_delivered, dropped = ended.stdout.split()
    assert is_delivered == "False"
    assert 12_000 - sender_module.MAX_QUEUED_BYTES // 3_400 <= int(dropped) < 6_000
    assert ended.stderr.count("no failure reaches the sidecar") == 1
    assert 1 <= ended.stderr.count("were dropped before") <= 2  # when the first was, and at the end
    assert len(ended.stderr.splitlines()) <= 3


@pytest.mark.parametrize("status", [400, 401, 404, 413, 500])
def test_a_refusal_drops_the_batch_and_is_explained_once(status: int, agent: Agent, sink: OtlpSink) -> None:
    sink.statuses = [status] * 100
    ended = agent(REPORTING.format(count=3, then="failcat.flush()"))
    assert ended.stdout.split() == ["True", "3"]
    assert ended.stderr.count(f"HTTP {status}") == 1
    assert len(ended.stderr.splitlines()) <= 3


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[str]:
    """The URL of a server whose certificate nobody vouches for."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse_one() -> None:
            with suppress(OSError), listener.accept()[0] as client:
                context.wrap_socket(client, server_side=True)

        Thread(target=refuse_one, daemon=True).start()
        yield f"https://localhost:{listener.getsockname()[1]}"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for_is_not_tried_again(self_signed: str) -> None:
    outcome = Exporter(settings_of(self_signed)).post(b"")
    assert (outcome.is_final, outcome.is_accepted) == (True, False)
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.reason


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_backpressure_is_waited_out(status: int, agent: Agent, sink: OtlpSink) -> None:
    sink.statuses = [status, status]
    ended = agent("""
        import failcat
        failcat.instrument()
        failcat.match_and_persist("TIMEOUT", "r1")
        while not failcat.flush(1):
            pass
        print(failcat.dropped())
    """)
    assert (ended.stdout.strip(), len(sink.spans)) == ("0", 1)


def test_a_sidecar_that_comes_back_gets_everything_that_waited(sink: OtlpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender_module, "FIRST_BACKOFF_SECONDS", 0.01)
    sink.statuses = [503] * 5
    sender = Sender(DeliverySettings(f"{sink.url}/v1/traces"))
    monkeypatch.setattr("failcat._reporting.emit.sender", lambda: sender)
    for number in range(300):
        emit(SpanDraft("failcat.failure", {"number": number}, time.time_ns()))
    deadline = time.monotonic() + 20
    while not sender.flush(1):
        assert time.monotonic() < deadline
    assert [span.attributes["number"] for span in sink.spans] == list(range(300))
    assert sender.dropped == 0


def test_a_sidecar_that_never_answers_delays_the_exit_by_a_bounded_time(agent: Agent) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begin = time.monotonic()
        ended = agent(
            "import failcat; failcat.instrument()\nfailcat.match_and_persist('TIMEOUT', 'r1')",
            FAILCAT_ENDPOINT=f"http://127.0.0.1:{silent.getsockname()[1]}",
        )
        assert ended.returncode == 0
        assert time.monotonic() - begin < 30  # 3 s and the start of a process
        assert "before the process ended" in ended.stderr


def test_the_queue_is_bounded_in_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = Sender(DeliverySettings(f"http://127.0.0.1:{free_ports(1)[0]}/v1/traces"))
    monkeypatch.setattr("failcat._reporting.emit.sender", lambda: sender)
    from opentelemetry.sdk.trace import TracerProvider

    span = (
        TracerProvider(shutdown_on_exit=False).get_tracer("t").start_span("s", attributes={"prompt": "x" * 1_000_000})
    )
    for _ in range(50):
        sender.put(span)  # type: ignore[arg-type]  # a span can be read as one
    assert 15 <= sender.dropped <= 20


def test_a_token_of_nobody_is_explained(agent: Agent, sink: OtlpSink) -> None:
    sink.statuses = [401]
    ended = agent(REPORTING.format(count=1, then="pass"), FAILCAT_TOKEN="wrong")
    assert "FAILCAT_TOKEN" in ended.stderr
    assert "wrong" not in ended.stderr
    assert sink.headers[0]["Authorization"] == "Bearer wrong"


def test_a_span_that_takes_long_to_identify_still_goes_with_its_child(
    sink: OtlpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "QUIET_SECONDS", 0.01)
    monkeypatch.setattr(sender_module, "MAX_LINGER_SECONDS", 60.0)
    sender = Sender(DeliverySettings(f"{sink.url}/v1/traces"))
    monkeypatch.setattr("failcat._reporting.emit.sender", lambda: sender)
    emit(SpanDraft("child", {}, time.time_ns()))
    sender.announce_put(1)
    with OtlpSink() as other:
        # Loading the catalog takes longer than a sender waits that expects nothing.
        unaware = Sender(DeliverySettings(f"{other.url}/v1/traces"))
        unaware.put(ReadableSpan("child", SpanContext(1, 1, is_remote=False), resource=Resource({})))
        wait_until(lambda: len(other.spans) == 1)
        emit(SpanDraft("parent", {}, time.time_ns()))
    sender.announce_put(-1)
    assert sender.flush(5)
    assert len(sink.bodies) == 1
    assert len(sink.spans) == 2


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
