"""Recovers from what its models do: retries, a fallback, and what stamina and tenacity do with our judgement."""

import asyncio
import sys

import openai
import stamina
import tenacity

import failcat

url, run_id = sys.argv[1:]
client = openai.OpenAI(base_url=f"{url}/v1", api_key="sk-not-a-real-key-0123456789abcdef", max_retries=0)


def ask(model: str) -> str:
    answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hello"}])
    return str(answer.choices[0].message.content)


def ask_another(failure: failcat.MatchResult) -> str:
    return f"{ask('well')} instead of {failure.entry.code if failure.entry else None}"


@failcat.retry()
async def ask_later(model: str) -> str:
    return await asyncio.to_thread(ask, model)


with failcat.run(run_id, tenant_id="acme"):
    for attempt in failcat.attempts():
        with attempt, failcat.step("retried", index=attempt.number):
            print("retried", ask("flaky-rate-limit-with-header-2"))

    for attempt in (tries := failcat.attempts(fallback=ask_another)):
        with attempt, failcat.step("replaced"):
            print("never", ask("no-model"))
    print("replaced", tries.result)

    print("later", asyncio.run(ask_later("flaky-rate-limit-1")))

    try:
        failcat.retry()(ask)("quota")
    except openai.RateLimitError:
        print("given up")

    print("stamina", stamina.retry(on=failcat.backoff)(ask)("flaky-rate-limit-with-header-1"))
    retrying = tenacity.retry(
        retry=tenacity.retry_if_exception(failcat.is_retryable), wait=failcat.wait, stop=tenacity.stop_after_attempt(3)
    )
    print("tenacity", retrying(ask)("flaky-overload-1"))
