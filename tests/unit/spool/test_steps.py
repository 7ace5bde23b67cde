"""When a coroutine computes, and when it waits."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.waiting import until

from failcat_sidecar.spool.steps import MarkedSteps, follow_steps


class Trace:
    """What happened, in order; `[` and `]` are the ends of a step."""

    def __init__(self) -> None:
        self.text = ""

    async def run(self, *, fail: bool = False) -> str:
        return await follow_steps(self.work(fail), lambda: self.note("["), lambda: self.note("]"))

    async def work(self, fail: bool) -> str:
        self.note("a")
        try:
            await asyncio.sleep(0)
            self.note("b")
            await asyncio.Event().wait() if fail else await asyncio.sleep(0.001)  # it waits, in contrast to 0
        except asyncio.CancelledError:
            self.note("x")
            raise
        self.note("c")
        return "result"

    def note(self, what: str) -> None:
        self.text += what


async def test_each_step_is_marked_and_no_wait_is() -> None:
    trace = Trace()
    assert await trace.run() == "result"
    assert trace.text == "[a][b][c]"


async def test_a_cancellation_reaches_the_work_and_what_it_does_about_it_is_a_step() -> None:
    trace = Trace()
    task = asyncio.create_task(trace.run(fail=True))
    await until(lambda: trace.text == "[a][b]")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert trace.text == "[a][b][x]"


async def test_an_error_of_the_work_ends_the_step() -> None:
    trace = Trace()

    async def fail() -> None:
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        await follow_steps(fail(), lambda: trace.note("["), lambda: trace.note("]"))
    assert trace.text == "[]"


@pytest.mark.parametrize(
    ("grace_seconds", "expected"),
    [
        (0.0, "[a][b][c]"),
        (60.0, "[abc]"),
        (1e-9, "[ab][c]"),  # the wait of one event-loop round is shorter than a timer
    ],
)
async def test_a_wait_within_the_grace_keeps_the_mark(grace_seconds: float, expected: str) -> None:
    trace = Trace()
    steps = MarkedSteps(lambda: trace.note("["), lambda: trace.note("]"), grace_seconds)
    await follow_steps(trace.work(fail=False), steps.begin, steps.wait)
    steps.end()
    assert trace.text == expected
    await asyncio.sleep(0.01)
    assert trace.text == expected, "no timer is left"
