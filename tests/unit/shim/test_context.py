"""Runs and steps: what every span inside them carries, wherever the code runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from opentelemetry import baggage
from opentelemetry import context as otel_context
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.trace import Tracer
from tests.support.otlp_sink import OtlpSink

import failcat
from failcat._scope import current

Place = dict[str, Any]


def here() -> Place:
    """What a span that starts now would carry, without the prefix."""
    scope = current.get()
    return {key.removeprefix("failcat."): value for key, value in scope.attributes.items()} if scope else {}


def test_every_span_of_a_run_carries_its_run_step_tenant_and_agent(tracer: Tracer, provider: TracerProvider) -> None:
    ended: list[ReadableSpan] = []

    class Collecting(SpanProcessor):
        def on_end(self, span: ReadableSpan) -> None:
            ended.append(span)

    provider.add_span_processor(Collecting())
    with (
        failcat.run("r1", tenant_id="acme", agent="support"),
        failcat.step("search", index=3),
        tracer.start_as_current_span("healthy", attributes={"mine": 1}),
    ):
        pass
    assert dict(ended[0].attributes or {}) == {
        "mine": 1,
        "failcat.run_id": "r1",
        "failcat.tenant_id": "acme",
        "failcat.agent": "support",
        "failcat.skill_id": "search",
        "failcat.step_index": 3,
    }


def test_a_span_at_its_limit_of_attributes_still_gets_its_run(tracer: Tracer) -> None:
    with failcat.run("r1"), tracer.start_as_current_span("full", attributes={f"k{n}": n for n in range(128)}) as span:
        assert span.attributes["failcat.run_id"] == "r1"  # type: ignore[attr-defined]
        assert len(span.attributes) == 128  # type: ignore[attr-defined]


def test_a_run_without_an_id_gets_a_new_one_each_time() -> None:
    place = failcat.run()
    with place:
        first = here()["run_id"]
        assert place.run_id == first
    with place:
        assert here()["run_id"] not in ("", first)
    assert here() == {}


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (
            failcat.step("inner"),
            {"run_id": "r1", "tenant_id": "acme", "agent": "a", "skill_id": "inner", "step_index": 1},
        ),
        (
            failcat.step(index=2),
            {"run_id": "r1", "tenant_id": "acme", "agent": "a", "skill_id": "outer", "step_index": 2},
        ),
        (failcat.run("r2", agent="b"), {"run_id": "r2", "tenant_id": "acme", "agent": "b"}),
        (failcat.run("r2"), {"run_id": "r2", "tenant_id": "acme", "agent": "a"}),
    ],
    ids=["a step names a skill", "a step names an index", "a run of another agent", "a run"],
)
def test_what_is_inside_keeps_what_it_does_not_name(inner: Any, expected: Place) -> None:
    with failcat.run("r1", tenant_id="acme", agent="a"), failcat.step("outer", index=1):
        with inner:
            assert here() == expected
        assert here()["skill_id"] == "outer"


def test_names_are_texts_of_bounded_length() -> None:
    with failcat.run(17, tenant_id="t" * 10_000):
        assert here() == {"run_id": "17", "tenant_id": "t" * 256}


def test_decorated_functions_are_steps_named_after_them() -> None:
    @failcat.step(index=4)
    def search() -> Place:
        return here()

    @failcat.run(agent="a")
    async def work() -> tuple[Place, Place]:
        await asyncio.sleep(0)
        return here(), search()

    mine, inner = asyncio.run(work())
    assert inner == {**mine, "skill_id": "search", "step_index": 4}
    assert asyncio.run(work())[0]["run_id"] != mine["run_id"]
    assert here() == {}


def test_a_decorated_generator_keeps_its_step_to_itself() -> None:
    @failcat.step("counting")
    def counting() -> Generator[Place, str, str]:
        got = yield here()
        try:
            yield {"got": got, **here()}
        except KeyError:
            yield {"thrown": True, **here()}
        return "done"

    with failcat.run("r1"):
        counted = counting()
        assert next(counted) == {"run_id": "r1", "skill_id": "counting"}
        assert here() == {"run_id": "r1"}
        assert counted.send("x")["got"] == "x"
        assert counted.throw(KeyError("y")) == {"thrown": True, "run_id": "r1", "skill_id": "counting"}
        with pytest.raises(StopIteration, match="done"):
            next(counted)


async def test_a_decorated_asynchronous_generator_keeps_its_step_to_itself() -> None:
    closed: list[Place] = []

    @failcat.step("streaming")
    async def streaming() -> AsyncIterator[Place]:
        try:
            while True:
                await asyncio.sleep(0)
                yield here()
        finally:
            closed.append(here())

    with failcat.run("r1"):
        stream = streaming()
        async for place in stream:
            assert place["skill_id"] == "streaming"
            assert here() == {"run_id": "r1"}
            break
        await stream.aclose()  # type: ignore[attr-defined]  # an asynchronous generator
    assert closed == [{"run_id": "r1", "skill_id": "streaming"}]


async def test_tasks_of_two_runs_do_not_mix() -> None:
    async def work(run_id: str) -> list[Any]:
        with failcat.run(run_id):
            seen = []
            for index in range(5):
                with failcat.step("s", index=index):
                    await asyncio.sleep(0)
                    seen += [(here()["run_id"], here()["step_index"]), (await asyncio.create_task(inner()))["run_id"]]
            return seen

    async def inner() -> Place:
        await asyncio.sleep(0)
        return here()

    first, second = await asyncio.gather(work("r1"), work("r2"))
    assert first == [value for index in range(5) for value in (("r1", index), "r1")]
    assert second == [value for index in range(5) for value in (("r2", index), "r2")]


def in_a_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def in_a_subclassed_thread(work: Callable[[], None]) -> None:
    class Worker(threading.Thread):
        def run(self) -> None:
            work()

    worker = Worker()
    worker.start()
    worker.join()
    assert "run" not in vars(worker)


def in_a_timer(work: Callable[[], None]) -> None:
    timer = threading.Timer(0, work)
    timer.start()
    timer.join()


def in_a_pool(work: Callable[[], None]) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def in_a_pool_map(work: Callable[[], None]) -> None:
    with ThreadPoolExecutor(1) as pool:
        list(pool.map(lambda _: work(), range(2)))


def in_a_loops_executor(work: Callable[[], None]) -> None:
    async def main() -> None:
        await asyncio.get_running_loop().run_in_executor(None, work)

    asyncio.run(main())


@pytest.mark.parametrize(
    "elsewhere",
    [in_a_thread, in_a_subclassed_thread, in_a_timer, in_a_pool, in_a_pool_map, in_a_loops_executor],
)
@pytest.mark.usefixtures("instrumented")
def test_threads_and_executors_belong_to_the_run_that_started_them(
    elsewhere: Callable[[Callable[[], None]], None],
) -> None:
    seen: list[Place] = []
    with failcat.run("r1"):
        elsewhere(lambda: seen.append(here()))
    elsewhere(lambda: seen.append(here()))
    assert seen[0] == {"run_id": "r1"}
    assert seen[-1] == {}


@pytest.mark.usefixtures("instrumented")
def test_a_pools_thread_belongs_to_the_run_of_each_task_and_to_none_outside() -> None:
    with ThreadPoolExecutor(1) as pool:
        with failcat.run("r1"):
            first = pool.submit(here)  # starts the thread
        with failcat.run("r2"):
            second = pool.submit(here)
        assert [first.result(), second.result(), pool.submit(here).result()] == [{"run_id": "r1"}, {"run_id": "r2"}, {}]


def test_a_thread_that_was_not_patched_can_be_given_the_run_by_hand() -> None:
    seen: list[Place] = []
    with failcat.run("r1"):
        carried = failcat.carry(lambda: seen.append(here()))
        in_a_thread(carried)
    assert seen == [{"run_id": "r1"}]


def test_baggage_is_set_only_when_asked_for_and_read_only_when_asked_for(sink: OtlpSink) -> None:
    with failcat.run("r1", tenant_id="acme"):
        assert baggage.get_all() == {}
    with failcat.run("r1", tenant_id="acme", baggage=True):
        assert baggage.get_all() == {"failcat.run_id": "r1", "failcat.tenant_id": "acme"}
        incoming = otel_context.get_current()
    assert baggage.get_all() == {}
    for reads in (False, True):
        provider = TracerProvider(shutdown_on_exit=False)
        failcat.instrument(endpoint=sink.url, tracer_provider=provider, baggage=reads)
        span = provider.get_tracer("server").start_span("GET /", context=incoming)
        assert ("failcat.run_id" in span.attributes) is reads  # type: ignore[attr-defined]
        failcat.uninstrument()


@pytest.mark.usefixtures("instrumented")
@pytest.mark.parametrize("kind", ["with", "function", "coroutine", "generator", "async generator"])
def test_what_leaves_a_run_unreported_is_reported_once(kind: str, sink: OtlpSink) -> None:
    @failcat.step("inner", index=7)
    def function() -> None:
        raise LookupError(f"no order in a {kind}")

    @failcat.step("inner", index=7)
    async def coroutine() -> None:
        raise LookupError(f"no order in a {kind}")

    @failcat.step("inner", index=7)
    def generator() -> Iterator[int]:
        yield 1
        raise LookupError(f"no order in a {kind}")

    @failcat.step("inner", index=7)
    async def async_generator() -> AsyncIterator[int]:
        yield 1
        raise LookupError(f"no order in a {kind}")

    async def drain() -> None:
        async for _ in async_generator():
            pass

    def statement() -> None:
        with failcat.step("inner", index=7):
            raise LookupError(f"no order in a {kind}")

    works: dict[str, Callable[[], object]] = {
        "with": statement,
        "function": function,
        "coroutine": lambda: asyncio.run(coroutine()),
        "generator": lambda: list(generator()),
        "async generator": lambda: asyncio.run(drain()),
    }
    with pytest.raises(LookupError), failcat.run("r1"), failcat.step("outer"):
        works[kind]()
    assert failcat.flush()
    (failure,) = sink.failures
    assert failure.exceptions[0]["exception.message"] == f"no order in a {kind}"
    assert {key: failure.attributes[f"failcat.{key}"] for key in ("run_id", "skill_id", "step_index")} == {
        "run_id": "r1",
        "skill_id": "inner",
        "step_index": 7,
    }


@pytest.mark.usefixtures("instrumented")
@pytest.mark.parametrize(
    "raised", [KeyboardInterrupt, SystemExit, asyncio.CancelledError, GeneratorExit, StopIteration]
)
def test_control_flow_leaves_a_run_silently(raised: type[BaseException], sink: OtlpSink) -> None:
    with pytest.raises(raised), failcat.run("r1"):
        raise raised
    assert failcat.flush()
    assert sink.spans == []
