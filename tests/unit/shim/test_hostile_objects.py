"""What the agent's objects raise while they are looked at stays inside; what a signal raises just then does not."""

from __future__ import annotations

import functools
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry.trace import Tracer
from tests.support.otlp_sink import OtlpSink
from tests.support.reported import ids_of, raised

import failcat
from failcat._reporting.control_flow import is_failure

ENDINGS = [SystemExit(3), KeyboardInterrupt(), GeneratorExit(), BaseException("x"), RuntimeError("x")]
names = pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: type(ending).__name__)


def hostile(ending: BaseException) -> Exception:
    """An exception each of whose faces raises `ending`."""

    def fail(*_: object) -> Any:
        raise ending

    faces = {"__str__": fail, **{name: property(fail) for name in ("code", "response", "body", "details", "status")}}
    return raised(type("Hostile", (Exception,), faces)())  # type: ignore[no-any-return]


@names
def test_an_exception_that_raises_when_it_is_read_is_reported(
    sink: OtlpSink, tracer: Tracer, ending: BaseException
) -> None:
    failure_id = failcat.report(hostile(ending))
    assert failure_id and ids_of(sink) == [failure_id]


@names
def test_nothing_of_it_leaves_what_reads_exceptions(sink: OtlpSink, tracer: Tracer, ending: BaseException) -> None:
    exception = hostile(ending)
    assert failcat.match(exception).matched is False
    assert failcat.match_and_persist(exception, "r1").failure_match_id
    assert failcat.retry_after_seconds(exception) is None
    with pytest.raises(type(exception)):
        for attempt in failcat.attempts(max_retries=0):
            with attempt:
                raise exception
    with tracer.start_as_current_span("s") as span:
        span.set_attribute("error.type", "E")
    assert failcat.flush()


@names
def test_a_class_that_raises_when_it_is_asked_its_name_steers_nothing(ending: BaseException) -> None:
    class Meta(type):
        def __getattribute__(cls, name: str) -> Any:
            if name == "__mro__":
                raise ending
            return super().__getattribute__(name)

    assert is_failure(Meta("Hostile", (Exception,), {})()) is False


class Stopping:
    """Handlers that end the process, in the forms that programs register them."""

    def method(self, *_: object) -> None:
        sys.exit(7)

    def __call__(self, *_: object) -> None:
        sys.exit(7)


def stop(code: int, *_: object) -> None:
    raise SystemExit(code)


@pytest.fixture
def handled() -> Iterator[Callable[[Any], object]]:
    before = signal.getsignal(signal.SIGTERM)
    yield lambda handler: signal.signal(signal.SIGTERM, handler)
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    "handler",
    [lambda *_: sys.exit(7), Stopping().method, Stopping(), functools.partial(stop, 7)],
    ids=["lambda", "method", "object", "partial"],
)
def test_a_handler_that_ends_the_process_does_so_in_our_code_too(
    tracer: Tracer, handled: Callable[[Any], None], handler: Any
) -> None:
    handled(handler)
    with pytest.raises(SystemExit) as stopped:
        failcat.report(signalled(signal.SIGTERM))
    assert stopped.value.code == 7


def test_control_c_is_heard_in_our_code_too(tracer: Tracer) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored in a job of the background
    try:
        with pytest.raises(KeyboardInterrupt):
            failcat.report(signalled(signal.SIGINT))
    finally:
        signal.signal(signal.SIGINT, before)


def signalled(number: signal.Signals) -> BaseException:
    """An exception during whose reading a signal arrives."""

    class Slow(Exception):
        def __str__(self) -> str:
            signal.raise_signal(number)
            return "read at last"

    return raised(Slow())
