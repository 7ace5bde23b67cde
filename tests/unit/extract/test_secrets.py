"""One secret in every place of a request: none reaches a row."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.support.otlp import decoded, exception, extracted, log, logs, pairs, span, traces

from failcat_sidecar.export import Signal

SECRET = "sk-proj-" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9b"
OPAQUE = "opaque" + SECRET[8:]


def with_link(key: str, value: str) -> Span:
    made = span()
    made.links.add(trace_id=bytes(15) + b"\1", span_id=bytes(7) + b"\1", attributes=pairs({key: value}))
    return made


SPANS: dict[str, Span] = {
    "status": span(message=f"m {SECRET}"),
    "span name": span(name=f"n {SECRET}"),
    "attribute": span(attributes={"a.b": SECRET}),
    "attribute at a cut": span(attributes={"a.b": "x " * 2_030 + SECRET}),
    "attribute at the end of what is read": span(attributes={"a.b": "x" * 16_370 + " " + SECRET}),
    "attribute behind others": span(
        attributes={f"a{n}": "x" * (16_384 if n < 5 else 240) + " " + SECRET for n in range(9)}
    ),
    "key": span(attributes={SECRET: "v"}),
    "list": span(attributes={"a.b": ["x", SECRET]}),
    "map": span(attributes={"a.b": {"x": SECRET}}),
    "key of a map": span(attributes={"a.b": {SECRET: 1}}),
    "bytes": span(attributes={"a.b": SECRET.encode()}),
    "event": span(events=(exception("E", "m"), Span.Event(name="log", attributes=pairs({"x": SECRET})))),
    "exception's message": span(events=(exception("E", f"m {SECRET}"),)),
    "exception's type": span(events=(exception(f"E.{SECRET}", "m"),)),
    "stack trace": span(events=(exception("E", "m", stacktrace=f'File "x"\n  key = "{SECRET}"'),)),
    "stack trace at the seam": span(events=(exception("E", "m", stacktrace="y" * 65_530 + SECRET + "z " * 90_000),)),
    "error.type": span(attributes={"error.type": SECRET}),
    "run": span(attributes={"failcat.run_id": SECRET}),
    "tool": span(attributes={"gen_ai.tool.name": SECRET}),
    "link": with_link("x", SECRET),
    **{
        f"under {name}": span(attributes={name: OPAQUE})
        for name in (
            "http.request.header.authorization", "http.response.header.set-cookie", "auth", "otp", "dsn", "webhook_url",
            "session_id", "mcp.session.id", "x-amz-security-token", "user.tokens", "api_keys", "db.connection_string",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("place", SPANS)
def test_a_secret_reaches_no_row(place: str) -> None:
    told = repr(extracted(decoded(traces(SPANS[place])).suspects))
    assert "Failure(" in told
    assert SECRET[8:24] not in told and SECRET.encode().hex() not in told


@pytest.mark.parametrize("where", [{"resource": {"host.name": SECRET}}, {"scope": SECRET}], ids=["resource", "scope"])
def test_a_secret_around_the_spans_reaches_no_row(where: dict[str, Any]) -> None:
    assert SECRET not in repr(extracted(decoded(traces(span(), **where)).suspects))


@pytest.mark.parametrize(
    "fields", [{"body": f"b {SECRET}"}, {"attributes": {"zz": SECRET}}, {"event_name": f"{SECRET}.exception"}], ids=str
)
def test_a_secret_in_a_log_record_reaches_no_row(fields: dict[str, Any]) -> None:
    fields = {**fields, "attributes": {"failure.code": "X", "exception.type": "E", **fields.get("attributes", {})}}
    told = repr(extracted(decoded(logs(log(**fields)), Signal.LOGS).suspects))
    assert "Failure(" in told and SECRET not in told


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("db.password", 86420197531, "[redacted:password]"),
        ("card.secret", 8642.5, "[redacted:secret]"),
        ("max_tokens", 4096, 4096),
        ("gen_ai.usage.output_tokens", 12, 12),
        ("api_key", 7, 7),
        ("password", True, True),
    ],
)
def test_a_number_under_the_name_of_a_password_is_masked(name: str, value: float, stored: object) -> None:
    (failure,) = extracted(decoded(traces(span(attributes={name: value}))).suspects)
    assert failure.context["attributes"] == {name: stored}  # type: ignore[union-attr]  # no other candidate is sent
