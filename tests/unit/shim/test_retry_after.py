"""How long a service asks to be left alone, in every form that clients show it."""

from __future__ import annotations

from datetime import timedelta
from email.utils import formatdate
from typing import Any

import pytest
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from hypothesis import given
from hypothesis import strategies as st

from failcat._recovery.retry_after import retry_after_seconds
from failcat_catalog.retry_delay import MAX_SECONDS, retry_delay_seconds

NOW = 1_794_000_000.0
DATE = formatdate(NOW, usegmt=True)
LATER = formatdate(NOW + 90, usegmt=True)


class Thing:
    """An object with attributes."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


def error(**attributes: Any) -> Exception:
    exception = RuntimeError(attributes.pop("text", "it failed"))
    vars(exception).update(attributes)
    return exception


def with_headers(headers: Any) -> Exception:
    return error(response=Thing(headers=headers))


class RpcError(Exception):
    """Like grpc.RpcError: metadata by a method. A real one is in tests/integration/shim/with_sidecar."""

    def __init__(self, *metadata: tuple[str, object]) -> None:
        self._metadata = metadata

    def trailing_metadata(self) -> tuple[tuple[str, object], ...]:
        return self._metadata


RETRY_INFO = error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=2, nanos=500_000_000))
PACKED = any_pb2.Any()
PACKED.Pack(RETRY_INFO)
GEMINI = {"error": {"code": 429, "details": [{"@type": "…QuotaFailure"}, {"@type": "…RetryInfo", "retryDelay": "42s"}]}}


@pytest.mark.parametrize(
    ("exception", "seconds"),
    [
        (with_headers({"retry-after": "7"}), 7.0),
        (with_headers({"Retry-After": " 1.5 "}), 1.5),
        (with_headers({"retry-after-ms": "502", "retry-after": "1"}), 0.502),
        (with_headers({"x-ms-retry-after-ms": "20"}), 0.02),
        (with_headers({"retry-after": LATER, "date": DATE}), 90.0),
        (with_headers({"retry-after": LATER}), 90.0),
        (with_headers({"retry-after": formatdate(NOW - 90, usegmt=True)}), 0.0),
        (with_headers({b"retry-after": b"3"}), 3.0),
        (with_headers({"retry-after": "soon"}), None),
        (with_headers({"retry-after": "-1"}), None),
        (with_headers({"retry-after": "9" * 19}), MAX_SECONDS),
        (error(headers={"Retry-After": "4"}), 4.0),
        (error(response={"ResponseMetadata": {"HTTPHeaders": {"retry-after": "5"}}}), 5.0),
        (RpcError(("google.rpc.retryinfo-bin", RETRY_INFO.SerializeToString())), 2.5),
        (RpcError(("grpc-status-details-bin", status_pb2.Status(details=[PACKED]).SerializeToString())), 2.5),
        (RpcError(("grpc-status-details-bin", b"\xff\xff")), None),
        (error(details=[Thing(violations=[]), RETRY_INFO]), 2.5),
        (error(details=[Thing(retry_delay=timedelta(seconds=9))]), 9.0),
        (error(details=GEMINI), 42.0),
        (error(body={"error": {"retry_after": "ignored"}}, retry_after=12), 12.0),
        (error(text="Rate limit reached for gpt-5. Please try again in 502ms."), 0.502),
        (error(), None),
        (error(response=Thing(headers=None), details=lambda: 1, body=7), None),
    ],
)
def test_every_form_is_understood(exception: Exception, seconds: float | None) -> None:
    assert retry_after_seconds(exception, lambda: NOW) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Please try again in 502ms. Visit https://platform.openai.com", 0.502),
        ("Please try again in 20s", 20.0),
        ("please try again in 1m13.5s.", 73.5),
        ("Try again in 6m0s", 360.0),
        ("try again in 2 minutes", 120.0),
        ("Retry after 30 seconds", 30.0),
        ("Please retry in 31.532159s.", 31.532159),
        ("retry after 86400", 86_400.0),
        ("try again in 1h", 3_600.0),
        ("try again in 3 days", 259_200.0),
        ("try again in 5 parsecs", 5.0),
        ("try again in a moment", None),
        ("try again in .s", None),
        ("order 4031 failed", None),
        ("", None),
    ],
)
def test_retry_delays_in_texts(text: str, seconds: float | None) -> None:
    assert retry_delay_seconds(text) == (None if seconds is None else pytest.approx(seconds))


def test_a_wrappers_cause_is_asked_too() -> None:
    outer = RuntimeError("the model failed")
    outer.__cause__ = with_headers({"retry-after": "7"})
    assert retry_after_seconds(outer) == 7.0


def test_a_circle_of_causes_ends() -> None:
    one, other = RuntimeError("one"), RuntimeError("other")
    one.__cause__, other.__cause__ = other, one
    assert retry_after_seconds(one) is None


@given(st.text(max_size=200), st.text(max_size=50))
def test_nothing_that_is_read_raises_or_goes_beyond_a_week(text: str, header: str) -> None:
    for exception in (error(text="try again in " + text), with_headers({"retry-after": header, "date": text})):
        seconds = retry_after_seconds(exception)
        assert seconds is None or 0 <= seconds <= MAX_SECONDS


def test_a_long_text_is_read_only_at_its_start() -> None:
    assert retry_delay_seconds("try again in " + "9" * 10_000_000) is None
    assert retry_delay_seconds("x" * 10_000_000 + "try again in 5s") is None
