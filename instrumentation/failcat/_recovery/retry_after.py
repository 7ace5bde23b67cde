"""Reads the retry delay that a failing service names, in every form in which clients' exceptions carry it.

Sources: RFC 9110 §10.2.3 (seconds or an HTTP date), `retry-after-ms` (OpenAI, Anthropic, Azure), `x-ms-retry-after-ms`
(Cosmos DB), google.rpc.RetryInfo (error_details.proto; as gRPC trailer, in google-api-core's details, in Gemini's
JSON), and OpenAI's texts ("Please try again in 502ms", "in 1m13.5s").
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import cast

from failcat._guard import reraise_if_signalled
from failcat._reporting.observation import read, text_of
from failcat_catalog.retry_delay import MAX_SECONDS, parse_decimal, parse_duration, retry_delay_seconds

MAX_CAUSES = 8

_MS_HEADERS = ("retry-after-ms", "x-ms-retry-after-ms")
_MAX_DATE_CHARS = 40
_MAX_DETAILS = 16
_MAX_DEPTH = 6

_RETRY_INFO = "google.rpc.RetryInfo"
_RETRY_INFO_TRAILER = "google.rpc.retryinfo-bin"
_STATUS_TRAILER = "grpc-status-details-bin"


def retry_after_seconds(exception: BaseException, clock: Callable[[], float] = time.time) -> float | None:
    """The retry delay in seconds that `exception` or one of its causes names; None without one. `clock` gives Unix
    seconds, for HTTP dates of servers that send no Date header. Never raises."""
    for failure in _with_causes(exception):
        seconds = _of_one(failure, clock)
        if seconds is not None and seconds >= 0 and math.isfinite(seconds):
            return min(seconds, MAX_SECONDS)
    return None


def _of_one(exception: BaseException, clock: Callable[[], float]) -> float | None:
    sources: tuple[Callable[[], float | None], ...] = (
        lambda: _in_headers(_headers_of(exception), clock),
        lambda: _in_trailers(exception),
        lambda: _in_details(read(exception, "details"), 0),
        lambda: _in_details(read(exception, "body"), 0),
        lambda: _number(read(exception, "retry_after")),
        lambda: retry_delay_seconds(text_of(exception)),
    )
    found = map(_read_source, sources)
    return next((seconds for seconds in found if seconds is not None), None)


def _read_source(source: Callable[[], float | None]) -> float | None:
    """None if reading raises: clients attach anything to their exceptions."""
    try:
        return source()
    except BaseException as error:
        reraise_if_signalled(error)
        return None


def _with_causes(exception: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = exception
    for _ in range(MAX_CAUSES):
        if current is None:
            return
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _headers_of(exception: BaseException) -> dict[str, str]:
    """Headers with lower-case names: of the response, of the exception (aiohttp, urllib), or of botocore's metadata."""
    response = read(exception, "response")
    metadata = read(response, "ResponseMetadata")
    for headers in (read(response, "headers"), read(exception, "headers"), read(metadata, "HTTPHeaders")):
        items = read(headers, "items") if not isinstance(headers, Mapping) else headers.items
        if callable(items):
            pairs = cast("Iterable[tuple[object, object]]", items())
            return {_text(name).lower(): _text(value) for name, value in pairs}
    return {}


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _in_headers(headers: Mapping[str, str], clock: Callable[[], float]) -> float | None:
    for name in _MS_HEADERS:
        milliseconds = _number(headers.get(name))
        if milliseconds is not None:
            return milliseconds / 1_000
    value = headers.get("retry-after", "").strip()
    return _number(value) if value[:1].isdigit() else _until(value, headers.get("date", ""), clock)


def _until(date: str, server_date: str, clock: Callable[[], float]) -> float | None:
    """Seconds until an HTTP date, by the server's clock if it is known, else by `clock`; 0 for a past date."""
    if not date or len(date) > _MAX_DATE_CHARS:
        return None
    now = clock()
    if server_date and len(server_date) <= _MAX_DATE_CHARS:
        now = parsedate_to_datetime(server_date).timestamp()
    return max(parsedate_to_datetime(date).timestamp() - now, 0.0)


def _in_trailers(exception: BaseException) -> float | None:
    """The delay of a grpc.RpcError: RetryInfo as a trailer of its own, or in the details of the rich status."""
    trailing_metadata = read(exception, "trailing_metadata")
    if not callable(trailing_metadata):
        return None
    for key, value in cast("Iterable[tuple[str, object]]", trailing_metadata() or ()):
        if isinstance(value, bytes) and key == _RETRY_INFO_TRAILER:
            return _seconds_of_retry_info(value)
        if isinstance(value, bytes) and key == _STATUS_TRAILER:
            return _in_rich_status(value)
    return None


def _seconds_of_retry_info(raw: bytes) -> float:
    from google.rpc.error_details_pb2 import RetryInfo  # noqa: PLC0415 - a dependency of the OTLP exporter

    return float(RetryInfo.FromString(raw).retry_delay.ToTimedelta().total_seconds())


def _in_rich_status(raw: bytes) -> float | None:
    from google.rpc.status_pb2 import Status  # noqa: PLC0415 - a dependency of the OTLP exporter

    for detail in Status.FromString(raw).details[:_MAX_DETAILS]:
        if detail.type_url.endswith(_RETRY_INFO):
            return _seconds_of_retry_info(detail.value)
    return None


def _in_details(value: object, depth: int) -> float | None:
    """RetryInfo inside a list or mapping: as JSON (`"retryDelay": "42s"`) or as a message (`retry_delay`)."""
    if depth == _MAX_DEPTH or isinstance(value, str | bytes):
        return None
    delay = read(value, "retryDelay") or read(value, "retry_delay")
    if delay is not None:
        return _delay(delay)
    children: Iterable[object] = ()
    if isinstance(value, Mapping):
        children = list(value.values())[:_MAX_DETAILS]
    elif isinstance(value, Sequence):
        children = value[:_MAX_DETAILS]
    found = (_in_details(child, depth + 1) for child in children)
    return next((seconds for seconds in found if seconds is not None), None)


def _delay(delay: object) -> float | None:
    """Seconds of a Duration as JSON text, as a message, or as a timedelta."""
    if isinstance(delay, str):
        return parse_duration(delay)
    to_timedelta = read(delay, "ToTimedelta")
    seconds = read(to_timedelta() if callable(to_timedelta) else delay, "total_seconds")
    return _number(seconds()) if callable(seconds) else _number(delay)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return parse_decimal(value.strip()) if isinstance(value, str) else None
