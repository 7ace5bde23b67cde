"""What the shim drops is counted, warned of, and told to the sidecar once, whenever it answers again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from tests.integration.shim.conftest import Agent
from tests.support.otlp_sink import OtlpSink

from failcat._delivery import losses as losses_module
from failcat._delivery import sender as sender_module
from failcat._delivery.losses import MAX_RUNS, OTHER
from failcat._delivery.sender import Sender
from failcat._delivery.settings import DeliverySettings

PLAIN_SPAN_BYTES = 4_000


def span(run_id: str = "run-1", *, tenant_id: str = "", size: int = 0, **attributes: Any) -> ReadableSpan:
    told = {"failcat.run_id": run_id, "error.type": "E", **attributes}
    if tenant_id:
        told["failcat.tenant_id"] = tenant_id
    made = TracerProvider(shutdown_on_exit=False).get_tracer("t").start_span("s", attributes={**told, "x": "x" * size})
    made.end()
    assert isinstance(made, ReadableSpan)
    return made


@pytest.fixture
def narrow(sink: OtlpSink, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sender]:
    """A sender whose queue holds ten plain spans and whose sidecar is not there until its backlog of statuses ends."""
    monkeypatch.setattr(sender_module, "MAX_QUEUED_BYTES", 10 * PLAIN_SPAN_BYTES)
    monkeypatch.setattr(sender_module, "FIRST_BACKOFF_SECONDS", 0.01)
    monkeypatch.setattr(losses_module, "REPORT_SECONDS", 0.01)
    yield Sender(DeliverySettings(f"{sink.url}/v1/traces"))


def flushed(sender: Sender, *, until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not until():
        sender.flush(0.2)
        assert time.monotonic() < deadline


def test_what_was_dropped_while_the_sidecar_was_unreachable_is_told_afterwards(narrow: Sender, sink: OtlpSink) -> None:
    sink.statuses = [503] * 4
    for number in range(100):
        narrow.put(span(f"run-{number % 2}", tenant_id="acme"))
    flushed(narrow, until=lambda: sum(sink.losses.values()) == narrow.dropped and not narrow.pending)
    assert narrow.dropped == 100 - len(sink.failures) > 80
    assert sink.losses.keys() == {"run-0", "run-1"}
    (report, *_) = (found for found in sink.spans if found.name == "failcat.loss")
    assert report.attributes["failcat.tenant_id"] == "acme"
    assert not report.is_error


def test_a_report_whose_answer_was_lost_is_sent_again_in_the_same_words(narrow: Sender, sink: OtlpSink) -> None:
    sink.statuses = [503] * 10_000  # so that nothing is accepted before all are dropped
    for _ in range(100):
        narrow.put(span())
    sink.statuses = [200, 502, 429, 503]
    flushed(narrow, until=lambda: sum(sink.losses.values()) == narrow.dropped)
    refused, again, once_more, accepted = [body for body in sink.bodies if b"failcat.loss.dropped" in body]
    assert refused == again == once_more == accepted


def test_runs_beyond_a_bound_are_told_together_and_none_is_forgotten(narrow: Sender, sink: OtlpSink) -> None:
    sink.statuses = [503] * 10_000  # so that nothing is told before all are dropped
    for number in range(500):
        narrow.put(span(f"run-{number:03}", tenant_id="acme"))
    sink.statuses = []
    flushed(narrow, until=lambda: sum(sink.losses.values()) == narrow.dropped)
    assert 1 < len(sink.losses) <= MAX_RUNS + 1
    assert sink.losses[OTHER] > 400


@pytest.mark.parametrize("refusal", [400, 401, 404, 500])
def test_what_the_sidecar_refuses_is_told_too(narrow: Sender, sink: OtlpSink, refusal: int) -> None:
    sink.statuses = [refusal]
    narrow.put(span())
    narrow.put(span())
    flushed(narrow, until=lambda: sink.losses == {"run-1": 2})
    assert (narrow.dropped, len(sink.failures)) == (2, 0)


def test_a_request_that_is_too_large_goes_in_halves(sink: OtlpSink) -> None:
    sender = Sender(DeliverySettings(f"{sink.url}/v1/traces"))
    sink.statuses = [413, 413, 413, 200, 413]
    for number in range(100):
        sender.put(span(number=number))
    flushed(sender, until=lambda: not sender.pending)
    assert [found.attributes["number"] for found in sink.failures] == list(range(100))
    assert sender.dropped == 0


def test_one_span_that_cannot_be_sent_costs_itself_and_not_the_thread(sink: OtlpSink) -> None:
    class Ending(str):
        __slots__ = ()

        def __len__(self) -> int:
            raise SystemExit

    sender = Sender(DeliverySettings(f"{sink.url}/v1/traces"))
    for number in range(50):
        sender.put(span(number=number, hostile=Ending("x") if number == 17 else "x"))
    flushed(sender, until=lambda: not sender.pending and sink.losses == {"run-1": 1})
    assert [found.attributes["number"] for found in sink.failures] == [*range(17), *range(18, 50)]


def test_a_burst_waits_for_a_healthy_sidecar(agent: Agent, sink: OtlpSink) -> None:
    """More than the queue once held, all at once: however slow this machine is, it has room."""
    sink.delay_seconds = 0.1
    ended = agent("""
        import failcat
        failcat.instrument()
        for number in range(6_000):
            failcat.match_and_persist("TIMEOUT", "r1", error_message="slow " + str(number))
        while not failcat.flush(1):
            pass
        print(failcat.dropped())
    """)
    assert (ended.stdout.strip(), len(sink.failures), ended.stderr) == ("0", 6_000, "")
    assert len(sink.bodies) < 6_000 / sender_module.FULL_BATCH_SPANS  # the longer the queue, the larger a request


NARROW_AGENT = """
    import failcat, failcat._delivery.sender, os, signal, sys
    failcat._delivery.sender.MAX_QUEUED_BYTES = 40_000
    failcat.instrument()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    for number in range(200):
        failcat.match_and_persist("TIMEOUT", "r1", error_message="slow " + str(number))
    print(failcat.dropped(), flush=True)
    {end}
"""


@pytest.mark.parametrize(("end", "code"), [("", 0), ("os.kill(os.getpid(), signal.SIGTERM); signal.pause()", 7)])
def test_the_end_of_a_process_tells_what_it_dropped_and_warns(
    end: str, code: int, agent: Agent, sink: OtlpSink
) -> None:
    ended = agent(NARROW_AGENT.format(end=end))
    dropped = int(ended.stdout)
    assert (ended.returncode, sink.losses) == (code, {"r1": dropped})
    assert len(sink.failures) == 200 - dropped < 100
    assert sum(int(line.split()[0]) for line in ended.stderr.splitlines()) == dropped
    assert len(ended.stderr.splitlines()) <= 2
