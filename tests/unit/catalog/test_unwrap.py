"""Wrappers are classified by the innermost cause that is known."""

from __future__ import annotations

import pytest

from failcat_catalog.catalog import Catalog
from failcat_catalog.types import Observation

TYPES = {
    "openai.RateLimitError": "RATE_LIMITED",
    "requests.ConnectionError": "CONNECTION_FAILED",
    "requests.SSLError": "TLS_FAILURE",
    "urllib3.ReadTimeoutError": "TIMEOUT",
    "java.ConnectException": "CONNECTION_REFUSED",
    "RuntimeError": "CODE_BUG",
}
CATALOG = Catalog.from_document(
    {
        "entries": Catalog.builtin().document["entries"],
        "rules": [
            {"id": f"test.rule_{number}", "code": code, "when": [{"types": [name]}], "general": name == "RuntimeError"}
            for number, (name, code) in enumerate(TYPES.items())
        ],
    },
    "test",
)

GROUP_TRACE = """  + Exception Group Traceback (most recent call last):
  |   File "a.py", line 1, in main
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "a.py", line 9, in call
    | openai.RateLimitError: Error code: 429
    +------------------------------------
"""
CHAIN_TRACE = """Traceback (most recent call last):
  File "a.py", line 1, in call
openai.RateLimitError: Error code: 429

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "a.py", line 5, in <module>
tenacity.RetryError: RetryError[<Future at 0x7f state=finished>]
"""


@pytest.mark.parametrize(
    ("exception_type", "message", "code"),
    [
        ("tenacity.RetryError", "RetryError[<Future at 0x7f state=finished raised RateLimitError>]", "RATE_LIMITED"),
        (
            "requests.exceptions.ConnectionError",
            "HTTPSConnectionPool(host='x'): Max retries exceeded with url: / (Caused by SSLError(SSLError(1)))",
            "TLS_FAILURE",
        ),
        (
            "urllib3.exceptions.MaxRetryError",
            "HTTPSConnectionPool(host='x'): Max retries exceeded with url: / (Caused by ReadTimeoutError('timed out'))",
            "TIMEOUT",
        ),
        (
            "app.StepFailed",
            "step failed; caused by: java.net.ConnectException: x; caused by: a.UnknownThing: y",
            "CONNECTION_REFUSED",
        ),
        ("requests.exceptions.ConnectionError", "gave up (Caused by SomethingElse('x'))", "CONNECTION_FAILED"),
        ("RuntimeError", "openai.RateLimitError: Error code: 429", "RATE_LIMITED"),
    ],
)
def test_the_cause_in_the_text_decides(exception_type: str, message: str, code: str) -> None:
    assert CATALOG.match(Observation(exception_type=exception_type, message=message)).code == code


@pytest.mark.parametrize(
    ("exception_type", "trace"), [("ExceptionGroup", GROUP_TRACE), ("tenacity.RetryError", CHAIN_TRACE)]
)
def test_the_traceback_of_a_wrapper_that_says_nothing_decides(exception_type: str, trace: str) -> None:
    observation = Observation(
        exception_type=exception_type,
        message="unhandled errors in a TaskGroup (1 sub-exception)",
        attributes={"exception.stacktrace": trace},
    )
    assert CATALOG.match(observation).code == "RATE_LIMITED"


def test_a_traceback_that_is_not_one_is_passed_over() -> None:
    for trace in ("", ": : :\n" * 10_000, "x" * 100_000, 17, None):
        observation = Observation(exception_type="ExceptionGroup", attributes={"exception.stacktrace": trace})
        assert not CATALOG.match(observation).known
