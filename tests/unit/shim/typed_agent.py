from __future__ import annotations

import failcat


def ask(model: str) -> str:
    return model


def plain() -> str:
    for attempt in (loop := failcat.attempts()):
        with attempt:
            return ask("gpt-5")
    return loop.result


def with_fallback() -> str:
    for attempt in (loop := failcat.attempts(fallback=lambda failure: ask("other"))):
        with attempt:
            return ask("gpt-5")
    return loop.result


async def replace(failure: failcat.MatchResult) -> str:
    return failure.error_code


async def asynchronous() -> str:
    async for attempt in (loop := failcat.attempts(fallback=replace)):
        with attempt:
            return ask("gpt-5")
    return loop.result


@failcat.flush_after
@failcat.run(tenant_id="acme")
@failcat.step(index=3)
@failcat.retry(max_retries=2)
def handler(event: dict[str, object]) -> str:
    result = failcat.match_and_persist("TIMEOUT", context={"at": object()})
    failcat.update_recovery_status(result.failure_match_id, True)
    with failcat.run() as mine:
        failcat.match_and_persist("TIMEOUT", mine, step_index=1)
    return failcat.__version__


def use() -> tuple[str, bool, int]:
    status = failcat.status()
    return handler({}), status.is_connected, failcat.dropped()
