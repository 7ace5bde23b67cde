"""Whole processes: what nobody catches, what ends them, forks, and other telemetry beside ours."""

from __future__ import annotations

import pytest
from tests.integration.shim.conftest import Agent
from tests.support.otlp_sink import OtlpSink


def told(sink: OtlpSink) -> list[tuple[str, str]]:
    """(class, message) of each failure that arrived, by message."""
    return sorted(
        (
            (event["exception.type"], event["exception.message"])
            for span in sink.spans
            for event in span.exceptions[-1:]
        ),
        key=lambda pair: pair[1],
    )


UNCAUGHT = """
    import asyncio, threading
    {setup}

    async def task():
        raise ConnectionError("in a task")

    async def main():
        lost = asyncio.create_task(task())
        await asyncio.wait([lost])
        del lost

    def thread():
        raise ValueError("in a thread")

    asyncio.run(main())
    worker = threading.Thread(target=thread)
    worker.start()
    worker.join()
    raise LookupError("in the main thread")
"""


@pytest.mark.parametrize("zero_code", [False, True])
def test_what_nobody_catches_is_reported_and_still_printed(zero_code: bool, agent: Agent, sink: OtlpSink) -> None:
    setup = "" if zero_code else "import failcat; failcat.instrument()"
    ended = agent(UNCAUGHT.format(setup=setup), zero_code=zero_code)
    assert told(sink) == [
        ("ConnectionError", "in a task"),
        ("ValueError", "in a thread"),
        ("LookupError", "in the main thread"),
    ]
    assert ended.returncode == 1
    for text in ("in a task", "in a thread", "in the main thread"):
        assert text in ended.stderr
    assert all(span.resource["service.name"] == "agent" for span in sink.spans)


def test_switched_off_it_reports_nothing(agent: Agent, sink: OtlpSink) -> None:
    agent("raise LookupError", zero_code=True, OTEL_PYTHON_DISABLED_INSTRUMENTATIONS="failcat")
    assert sink.spans == []


@pytest.mark.parametrize("raised", ["SystemExit(3)", "KeyboardInterrupt()"])
def test_ending_on_purpose_is_no_failure(raised: str, agent: Agent, sink: OtlpSink) -> None:
    agent(f"import failcat; failcat.instrument()\nraise {raised}")
    assert sink.spans == []


def test_nothing_is_lost_on_exit_even_in_atexit(agent: Agent, sink: OtlpSink) -> None:
    agent("""
        import atexit, failcat
        atexit.register(lambda: failcat.match_and_persist("TIMEOUT", "r1", error_message="too late"))
        failcat.instrument()
        for number in range(700):
            failcat.match_and_persist("TIMEOUT", "r1", error_message=f"number {number}")
    """)
    assert len({span.attributes["failcat.failure_id"] for span in sink.spans}) >= 700


def test_children_of_forks_and_process_pools_report_once_each_with_the_run_of_the_fork(
    agent: Agent, sink: OtlpSink
) -> None:
    ended = agent("""
        import failcat, multiprocessing, os, sys
        from concurrent.futures import ProcessPoolExecutor
        failcat.instrument()

        def work(number):
            with failcat.step("work", index=number):
                raise TimeoutError(f"child {number}")

        if __name__ == "__main__":
            with failcat.run("r1"):
                failcat.match_and_persist("TIMEOUT", None, error_message="parent")  # waits in the queue at the fork
                pid = os.fork()
                if not pid:
                    try:
                        work(1)
                    except TimeoutError:
                        sys.exit(0)
                os.waitpid(pid, 0)
                child = multiprocessing.get_context("fork").Process(target=work, args=(2,))
                child.start()
                child.join()
                with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
                    try:
                        pool.submit(work, 3).result()
                    except TimeoutError:
                        raise  # reported by the child: the mark came back with the exception
    """)
    assert ended.returncode == 1
    messages = {span.failure_id: span.message.rpartition(": ")[2] for span in sink.spans}
    assert sorted(messages.values()) == ["child 1", "child 2", "child 3", "parent"], "told again under its id"
    assert {span.attributes["failcat.run_id"] for span in sink.spans} == {"r1"}
    assert len({span.attributes["failcat.failure_id"] for span in sink.spans}) == 4


@pytest.mark.parametrize("zero_code", [False, True])
def test_a_provider_that_the_program_sets_later_is_joined(zero_code: bool, agent: Agent, sink: OtlpSink) -> None:
    ended = agent(
        f"""
        import failcat
        {"" if zero_code else "failcat.instrument()"}
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
        early = trace.get_tracer("early")
        with early.start_as_current_span("before"):
            pass
        mine = TracerProvider()
        exporter = InMemorySpanExporter()
        mine.add_span_processor(SimpleSpanProcessor(exporter))
        trace.set_tracer_provider(mine)
        assert trace.get_tracer_provider() is mine
        try:
            with trace.get_tracer("late").start_as_current_span("chat"):
                raise TimeoutError("slow")
        except TimeoutError:
            pass
        failcat.match_and_persist("TIMEOUT", "r1", error_message="by hand")
        print([span.name for span in exporter.get_finished_spans()])
        """,
        zero_code=zero_code,
    )
    assert ended.stdout.strip() == "['chat']", ended.stderr
    assert "Overriding" not in ended.stderr
    assert sorted(span.name for span in sink.spans) == ["agent", "chat"], "outside functions, the skill is the file"


def test_with_the_endpoint_off_the_programs_own_exporter_carries_everything(agent: Agent, sink: OtlpSink) -> None:
    ended = agent(
        """
        import failcat
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        import os
        trace.set_tracer_provider(TracerProvider())
        exporter = OTLPSpanExporter(os.environ["COLLECTOR"] + "/v1/traces")
        trace.get_tracer_provider().add_span_processor(BatchSpanProcessor(exporter))
        failcat.instrument()
        with failcat.run("r1"):
            with trace.get_tracer("t").start_as_current_span("healthy"):
                pass
            text = "slow sk-abcdefghijklmnopqrstuvwxyz0123456789"
            result = failcat.match_and_persist("TIMEOUT", None, error_message=text)
            failcat.update_recovery_status(result.failure_match_id, True)
        print(result.failure_match_id)
        """,
        FAILCAT_ENDPOINT="off",
        COLLECTOR=sink.url,
    )
    assert [span.name for span in sink.spans] == ["healthy", "agent", "failcat.recovery"], ended.stderr
    assert {span.attributes["failcat.run_id"] for span in sink.spans} == {"r1"}
    assert sink.failures[1].attributes["failcat.failure_id"] == ended.stdout.strip() == sink.recoveries[0]["failure_id"]
    assert "sk-abc" not in repr(sink.spans)


def test_our_own_export_is_not_instrumented_and_takes_no_proxy(agent: Agent, sink: OtlpSink) -> None:
    agent(
        """
        import failcat, urllib.request
        from opentelemetry import context
        from opentelemetry.instrumentation.utils import is_instrumentation_enabled
        failcat.instrument()
        inner = urllib.request.OpenerDirector.open
        def watched(*args, **kwargs):
            assert not is_instrumentation_enabled()
            return inner(*args, **kwargs)
        urllib.request.OpenerDirector.open = watched
        failcat.match_and_persist("TIMEOUT", "r1")
        """,
        HTTP_PROXY="http://127.0.0.1:9",
        http_proxy="http://127.0.0.1:9",
        ALL_PROXY="http://127.0.0.1:9",
    )
    assert len(sink.spans) == 1


def test_importing_loads_nothing_and_instrumenting_loads_no_catalog_client_or_asyncio(agent: Agent) -> None:
    ended = agent("""
        import sys
        import failcat
        print([name for name in sys.modules if name.startswith(("failcat.", "failcat_catalog", "opentelemetry"))])
        import opentelemetry.sdk.trace  # old versions load asyncio and wrapt themselves
        before = set(sys.modules)
        failcat.instrument()
        heavy = {"failcat_catalog.catalog", "failcat._delivery.exporter"}
        heavy |= {"requests", "google", "asyncio", "wrapt", "re2"}
        print(sorted(heavy & (set(sys.modules) - before)))
    """)
    assert ended.stdout.splitlines() == ["[]", "[]"]


def test_every_exported_name_exists(agent: Agent) -> None:
    ended = agent(
        "import failcat; print(all(getattr(failcat, name) for name in failcat.__all__), callable(failcat.report))"
    )
    assert ended.stdout.strip() == "True True"
