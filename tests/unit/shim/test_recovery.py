"""Recovering as the catalog advises, and telling whether it worked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.otlp_sink import OtlpSink

import failcat
from failcat._recovery import advice, breaker
from failcat._recovery.advice import Advice, NextAction, RetryLimits, advise
from failcat._recovery.breaker import Breakers
from failcat._recovery.budget import RetryBudget
from failcat._reporting.matching import MatchResult
from failcat_catalog.types import Entry, Recovery
from failcat_catalog.vocabulary import Category, RecoveryMode, Severity


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Flaky:
    """Fails with each of the exceptions in turn, then returns `done`."""

    def __init__(self, *exceptions: BaseException) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self._exceptions = list(exceptions)

    def __call__(self, *args: Any) -> str:
        self.calls.append(args)
        if self._exceptions:
            raise self._exceptions.pop(0)
        return "done"

    async def later(self, *args: Any) -> str:
        await asyncio.sleep(0)
        return self(*args)


def reset() -> ConnectionResetError:
    return ConnectionResetError(104, "Connection reset by peer")


def code(error_code: str, *, message: str = "it failed") -> Exception:
    """An exception that the application gives a code of the catalog."""
    error = RuntimeError(message)
    error.code = error_code  # type: ignore[attr-defined]
    return error


def refused(headers: dict[str, str]) -> Exception:
    """As an HTTP client's exception: 429 with headers."""

    class Response:
        status_code = 429

    error = RuntimeError("Too many requests")
    error.response = Response()  # type: ignore[attr-defined]
    error.response.headers = headers  # type: ignore[attr-defined]
    error.status_code = 429  # type: ignore[attr-defined]
    return error


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch, instrumented: None) -> Iterator[list[float]]:
    """Seconds that were waited for: nothing sleeps in these tests."""
    slept: list[float] = []

    async def sleep_later(seconds: float) -> None:
        slept.append(seconds)

    # The module's own references: other threads of this process sleep on.
    monkeypatch.setattr("failcat._recovery.attempts.time", SimpleNamespace(sleep=slept.append))
    monkeypatch.setattr("failcat._recovery.attempts.asyncio", SimpleNamespace(sleep=sleep_later))
    monkeypatch.setattr("failcat._recovery.budget.shared", RetryBudget())
    monkeypatch.setattr("failcat._recovery.attempts.shared", RetryBudget())
    monkeypatch.setattr("failcat._recovery.breaker.shared", Breakers())
    yield slept


def loop(call: Callable[[], str], **options: Any) -> Any:
    for attempt in (tries := failcat.attempts(**options)):
        with attempt:
            return call()
    return tries.result


def async_loop(call: Callable[[], str], **options: Any) -> Any:
    async def main() -> Any:
        async for attempt in (tries := failcat.attempts(**options)):
            with attempt:
                return call()
        return tries.result

    return asyncio.run(main())


def decorator(call: Callable[[], str], **options: Any) -> Any:
    return failcat.retry(**options)(call)()


def async_decorator(call: Callable[[], str], **options: Any) -> Any:
    @failcat.retry(**options)
    async def work() -> str:
        return call()

    return asyncio.run(work())


FORMS = [loop, async_loop, decorator, async_decorator]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_retryable_is_tried_again_and_each_outcome_is_told(
    form: Callable[..., Any], sink: OtlpSink, waits: list[float]
) -> None:
    flaky = Flaky(reset(), reset())
    with failcat.run("r1"):
        assert form(flaky) == "done"
    assert len(flaky.calls) == 3
    assert 0.9 <= waits[0] <= 1.0
    assert 1.8 <= waits[1] <= 2.0
    assert failcat.flush()
    first, second = (failure.attributes["failcat.failure_id"] for failure in sink.failures)
    told = {"mode": "RETRY_EXPONENTIAL", "error_code": "CONNECTION_RESET"}
    assert sink.recoveries == [
        {"failure_id": first, "succeeded": False, "attempt": 1, **told},
        {"failure_id": second, "succeeded": True, "attempt": 2, **told},
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "make",
    [
        lambda: PermissionError(13, "Permission denied"),
        lambda: LookupError("order 4031 failed"),
        lambda: code("INVALID_INPUT"),
    ],
    ids=["permission", "unknown", "validation"],
)
def test_what_is_not_retryable_leaves_at_once(
    form: Callable[..., Any], make: Callable[[], Exception], sink: OtlpSink, waits: list[float]
) -> None:
    error = make()
    flaky = Flaky(error)
    with pytest.raises(type(error)) as caught:
        form(flaky, fallback=lambda *_: "never")
    assert caught.value is error
    assert (len(flaky.calls), waits) == (1, [])
    assert failcat.flush()
    assert (len(sink.failures), sink.recoveries) == (1, [])


@pytest.mark.parametrize("form", FORMS)
def test_retries_end_where_the_catalog_says_and_the_last_failure_leaves(form: Callable[..., Any]) -> None:
    errors = [reset() for _ in range(9)]
    flaky = Flaky(*errors)
    with pytest.raises(ConnectionResetError) as caught:
        form(flaky)
    assert caught.value is errors[3]
    assert len(flaky.calls) == 4


@pytest.mark.parametrize("form", FORMS)
def test_a_fallback_takes_over_when_no_retry_is_left_and_is_told(form: Callable[..., Any], sink: OtlpSink) -> None:
    seen: list[MatchResult] = []

    def fall_back(failure: MatchResult) -> str:
        seen.append(failure)
        return "another model"

    assert form(Flaky(reset(), reset(), reset()), max_retries=1, fallback=fall_back) == "another model"
    assert (seen[0].entry.code if seen[0].entry else "", seen[0].matched) == ("CONNECTION_RESET", True)
    assert isinstance(seen[0].exception, ConnectionResetError)
    assert failcat.flush()
    assert [(r["mode"], r["succeeded"], r["attempt"]) for r in sink.recoveries] == [
        ("RETRY_EXPONENTIAL", False, 1),
        ("FALLBACK", True, 2),
    ]


def test_what_the_catalog_wants_replaced_is_replaced_without_a_retry(waits: list[float]) -> None:
    flaky = Flaky(code("MODEL_NOT_FOUND"))
    assert loop(flaky, fallback=lambda failure: failure.recovery_mode) == RecoveryMode.FALLBACK
    assert (len(flaky.calls), waits) == (1, [])


def test_a_fallback_that_fails_is_told_and_its_failure_leaves(sink: OtlpSink) -> None:
    with pytest.raises(LookupError, match="no other model"), failcat.run("r1"):
        loop(Flaky(code("MODEL_NOT_FOUND")), fallback=Flaky(LookupError("no other model")))
    assert failcat.flush()
    assert [(r["mode"], r["succeeded"]) for r in sink.recoveries] == [("FALLBACK", False)]
    assert len(sink.failures) == 2


def test_the_fallback_of_a_decorated_function_gets_its_arguments() -> None:
    def ask_another(failure: MatchResult, prompt: str, *, model: str) -> str:
        return f"{model}: {prompt}"

    @failcat.retry(fallback=ask_another)
    def ask(prompt: str, *, model: str) -> str:
        raise code("MODEL_NOT_FOUND")

    assert ask("hello", model="gpt") == "gpt: hello"


async def test_hooks_of_an_asynchronous_loop_may_be_coroutines() -> None:
    async def fall_back(failure: MatchResult) -> str:
        await asyncio.sleep(0)
        return "later"

    @failcat.retry(fallback=fall_back)
    async def ask() -> str:
        raise code("MODEL_NOT_FOUND")

    assert await ask() == "later"


@pytest.mark.parametrize("form", FORMS)
def test_a_checkpoint_is_restored_before_the_retry(form: Callable[..., Any], sink: OtlpSink) -> None:
    restored: list[MatchResult] = []
    assert form(Flaky(code("CHECKPOINT_STALE")), restore=restored.append) == "done"
    assert [failure.recovery_mode for failure in restored] == [RecoveryMode.CHECKPOINT_RESTORE]
    assert failcat.flush()
    assert [(r["mode"], r["succeeded"]) for r in sink.recoveries] == [("CHECKPOINT_RESTORE", True)]


def test_without_a_restore_hook_a_checkpoint_is_not_retried() -> None:
    flaky = Flaky(code("CHECKPOINT_STALE"))
    with pytest.raises(RuntimeError):
        loop(flaky)
    assert len(flaky.calls) == 1


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("error_code", ["EMERGENCY_STOP", "QUOTA_EXHAUSTED"])
def test_a_person_is_called_before_the_failure_leaves(form: Callable[..., Any], error_code: str) -> None:
    called: list[MatchResult] = []
    error = code(error_code)
    with pytest.raises(RuntimeError) as caught:
        form(Flaky(error), escalate=called.append)
    assert caught.value is error
    assert [failure.error_code for failure in called] == [error_code]


def test_a_failure_that_escalates_can_still_fall_back_but_an_emergency_stop_cannot() -> None:
    called: list[MatchResult] = []
    assert loop(Flaky(code("QUOTA_EXHAUSTED")), escalate=called.append, fallback=lambda _: "other") == "other"
    assert len(called) == 1
    with pytest.raises(RuntimeError):
        loop(Flaky(code("EMERGENCY_STOP")), fallback=lambda _: "other")


@pytest.mark.parametrize(
    ("headers", "lowest", "highest"),
    [
        ({"retry-after": "7"}, 7.0, 7.7),
        ({"Retry-After-Ms": "502"}, 0.502, 0.5523),
        ({}, 0.9, 1.0),
    ],
)
def test_a_service_is_left_alone_as_long_as_it_asks(
    headers: dict[str, str], lowest: float, highest: float, waits: list[float]
) -> None:
    assert loop(Flaky(refused(headers))) == "done"
    assert lowest <= waits[0] <= highest


def test_a_service_that_asks_for_too_long_is_not_waited_for(waits: list[float]) -> None:
    assert loop(Flaky(refused({"retry-after": "3600"})), fallback=lambda _: "other") == "other"
    assert waits == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("raised", [KeyboardInterrupt, asyncio.CancelledError])
def test_control_flow_passes_through(form: Callable[..., Any], raised: type[BaseException], sink: OtlpSink) -> None:
    with pytest.raises(raised):
        form(Flaky(raised()))
    assert failcat.flush()
    assert sink.spans == []


def test_a_loop_that_is_left_ends() -> None:
    for attempt in failcat.attempts():
        assert attempt.number == 1
        break
    for _ in failcat.attempts():
        pass  # without `with` nothing is known to have failed


def test_an_outage_spends_the_budget_of_all_calls_together(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = RetryBudget(5, refill_per_second=0, deposit_per_success=0, clock=Clock())
    calls = 0
    for _ in range(20):
        flaky = Flaky(*[reset() for _ in range(9)])
        with pytest.raises(ConnectionResetError):
            loop(flaky, budget=budget)
        calls += len(flaky.calls)
    assert calls == 20 + 5


def test_a_budget_recovers_with_time_and_with_success() -> None:
    clock = Clock()
    budget = RetryBudget(2, refill_per_second=0.5, deposit_per_success=0.5, clock=clock)
    assert [budget.take() for _ in range(3)] == [True, True, False]
    clock.now = 2.0
    assert [budget.take(), budget.take()] == [True, False]
    budget.deposit()
    budget.deposit()
    assert [budget.take(), budget.take()] == [True, False]
    clock.now = 1e9
    assert [budget.take() for _ in range(3)] == [True, True, False]


def test_a_breaker_opens_after_five_in_a_row_and_resets_after_a_minute() -> None:
    clock = Clock()
    breakers = Breakers(clock)
    assert [breakers.record_failure("X") for _ in range(6)] == [True] * 4 + [False] * 2
    assert breakers.record_failure("Y")
    breakers.record_success("X")
    assert breakers.record_failure("X")
    for _ in range(5):
        breakers.record_failure("X")
    clock.now = breaker.RESETS_AFTER_SECONDS + 1
    assert breakers.record_failure("X")


def test_breakers_are_bounded() -> None:
    breakers = Breakers()
    for number in range(10_000):
        breakers.record_failure(str(number))
    assert len(breakers._failures) == breaker.MAX_CODES


def failure_of(mode: RecoveryMode, *, retryable: bool = True, max_attempts: int = 3, **recovery: Any) -> MatchResult:
    entry = Entry("X", Category.TRANSIENT, Severity.LOW, retryable, Recovery(mode, max_attempts, **recovery), "", ())
    return MatchResult(matched=True, entry=entry, error_code="X")


@pytest.mark.parametrize(
    ("mode", "tries", "limits", "action"),
    [
        (RecoveryMode.RETRY_IMMEDIATE, 1, RetryLimits(), NextAction.RETRY),
        (RecoveryMode.RETRY_WITH_JITTER, 3, RetryLimits(), NextAction.RETRY),
        (RecoveryMode.RETRY_WITH_JITTER, 4, RetryLimits(), NextAction.GIVE_UP),
        (RecoveryMode.RETRY_WITH_JITTER, 4, RetryLimits(max_retries=4), NextAction.RETRY),
        (RecoveryMode.RETRY_EXPONENTIAL, 1, RetryLimits(max_retries=0), NextAction.GIVE_UP),
        (RecoveryMode.RETRY_EXPONENTIAL, 4, RetryLimits(can_fall_back=True), NextAction.FALL_BACK),
        (RecoveryMode.CIRCUIT_BREAKER, 1, RetryLimits(), NextAction.RETRY),
        (RecoveryMode.SKIP, 1, RetryLimits(), NextAction.GIVE_UP),
        (RecoveryMode.SKIP, 1, RetryLimits(can_fall_back=True), NextAction.FALL_BACK),
        (RecoveryMode.ABORT, 1, RetryLimits(can_fall_back=True), NextAction.GIVE_UP),
        (RecoveryMode.ESCALATE, 1, RetryLimits(), NextAction.GIVE_UP),
        (RecoveryMode.CHECKPOINT_RESTORE, 1, RetryLimits(), NextAction.GIVE_UP),
        (RecoveryMode.CHECKPOINT_RESTORE, 1, RetryLimits(can_restore=True), NextAction.RETRY),
        (RecoveryMode.MANUAL_INTERVENTION, 1, RetryLimits(can_fall_back=True), NextAction.GIVE_UP),
    ],
)
def test_each_mode_leads_to_its_step(mode: RecoveryMode, tries: int, limits: RetryLimits, action: NextAction) -> None:
    assert advise(failure_of(mode), tries, limits).action is action


@pytest.mark.parametrize(
    ("tries", "lowest", "highest"), [(1, 0.75, 1.0), (2, 1.5, 2.0), (5, 11.25, 15.0), (10**9, 11.25, 15.0)]
)
def test_waits_double_up_to_the_cap_less_a_random_share(tries: int, lowest: float, highest: float) -> None:
    failure = failure_of(RecoveryMode.RETRY_WITH_JITTER, base_delay_ms=1_000, max_delay_ms=15_000, jitter=0.25)
    waits = [advice.wait_before_retry(failure, tries) for _ in range(50)]
    assert lowest <= min(waits) < max(waits) <= highest


def test_our_own_fault_gives_up_and_lets_the_agents_exception_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Advice:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("failcat._recovery.attempts.advise", broken)
    with pytest.raises(ConnectionResetError):
        loop(Flaky(reset()))
