"""A small agent that fails in ten ways, with no model and no key: `python examples/failing_agent.py [RUN_ID]` beside
`make run`.

Steps 1 to 5 recover as the catalog advises, the others show how failures are reported. What it prints at the end says
where to look.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable
from uuid import uuid4

import failcat

RUN_ID = sys.argv[1] if len(sys.argv) > 1 else f"example-{uuid4().hex[:8]}"


class ModelError(Exception):
    """As the clients of model providers raise it: a status, a machine code, the response's headers."""

    def __init__(self, status_code: int, code: str, message: str, **headers: str) -> None:
        super().__init__(f"Error code: {status_code} - {message}")
        self.status_code = status_code
        self.code = code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class StaleCheckpoint(Exception):
    """An application's own error may name a code of the catalog."""

    code = "CHECKPOINT_STALE"


tries = {"limited": 0, "slow": 0, "stale": 0}


def ask_a_busy_model() -> str:
    tries["limited"] += 1
    if tries["limited"] < 3:
        raise ModelError(429, "rate_limit_exceeded", "Rate limit reached for gpt-5", retry_after_ms="60")
    return "Hello"


@failcat.step("retry", index=1)
def retried() -> None:
    """The limit is waited out as long as the provider asks."""
    for attempt in failcat.attempts():
        with attempt:
            ask_a_busy_model()


@failcat.step("fall_back", index=2)
def replaced() -> None:
    """A model that does not exist is not asked again; another one is."""

    @failcat.retry(fallback=lambda failure: f"a smaller model, because of {failure.entry.code}")
    def ask() -> str:
        raise ModelError(404, "model_not_found", "The model `gpt-99` does not exist")

    ask()


@failcat.step("escalate", index=3)
def escalated() -> None:
    """Nobody but a person can pay the bill."""
    for attempt in failcat.attempts(escalate=lambda failure: print("  someone should know:", failure.suggestions[0])):
        with attempt:
            raise ModelError(429, "insufficient_quota", "You exceeded your current quota")


@failcat.step("give_up", index=4)
def given_up() -> None:
    """Nothing listens there; after one retry the agent goes on without it."""
    for attempt in failcat.attempts(max_retries=1):
        with attempt:
            socket.create_connection(("127.0.0.1", 1), timeout=1)


@failcat.step("by_hand", index=5)
def recovered_by_hand() -> None:
    """An agent with a retry loop of its own tells how it went."""
    while True:
        try:
            tries["slow"] += 1
            if tries["slow"] == 1:
                raise TimeoutError("the warehouse did not answer within 30 s")
            return
        except TimeoutError as error:
            failure = failcat.match_and_persist(error, RUN_ID)
            if failure.is_retryable and failure.failure_match_id:
                failcat.update_recovery_status(failure.failure_match_id, succeeded=True)


@failcat.step("parse", index=6)
def parsed() -> None:
    """A model that was asked for JSON."""
    json.loads("Sure! Here is your JSON: {")


@failcat.step("restore", index=7)
def restored() -> None:
    for attempt in failcat.attempts(restore=lambda failure: tries.update(stale=1)):
        with attempt:
            if not tries["stale"]:
                raise StaleCheckpoint("checkpoint 7 is older than the run")


@failcat.step("spend", index=8)
def spent() -> None:
    """A failure without an exception."""
    failcat.match_and_persist("BUDGET_EXCEEDED", RUN_ID, context={"spent_cents": 512, "limit_cents": 500})


@failcat.step("crash", index=9)
def crashed_in_a_thread() -> None:
    """Nobody catches it: the thread ends, and the failure is known with its run and step."""
    thread = threading.Thread(target=lambda: {}["order"])
    thread.start()
    thread.join()


@failcat.step("unknown", index=10)
def unknown() -> None:
    """Nobody has seen this one; it is grouped with its like until someone says what it means."""
    raise RuntimeError("goal 17 drifted after 4 steps")


STEPS = (
    *(retried, replaced, escalated, given_up, recovered_by_hand),
    *(parsed, restored, spent, crashed_in_a_thread, unknown),
)


def main() -> None:
    failcat.instrument()
    with failcat.run(RUN_ID, tenant_id="acme", agent="example"):
        for step in STEPS:
            attempt_step(step)
    failcat.flush()
    print(f"run {RUN_ID} had 12 failures in ten steps, {failcat.dropped()} of them lost on the way. Look at them:")
    columns = "step_index, error_code, catalog_entry_id, recovery_succeeded"
    print(f"  failcat psql -c \"SELECT {columns} FROM failure_matches WHERE run_id = '{RUN_ID}' ORDER BY id\"")


def attempt_step(step: Callable[[], None]) -> None:
    """An agent that goes on, whatever happens."""
    try:
        step()
    except Exception as error:
        print(f"{step.__name__}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
