"""A server's own exception is not its answer."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.otlp import CLIENT, INTERNAL, SERVER, exception, failures, log, log_failures, span

from failcat_catalog.catalog import Catalog
from failcat_catalog.observe import observed_code
from failcat_sidecar.extract import Failure

OWN = exception("acme.PlanError", "no plan for tenant 7")
ANSWER = {"http.request.method": "POST", "http.response.status_code": 500}


def verdict(failure: Failure) -> tuple[str, str, bool]:
    """The row's error_code and entry, and whether it may be tried again."""
    match = Catalog.builtin().match(failure.observation)
    return observed_code(failure.observation), match.code, match.retryable


@pytest.mark.parametrize(
    ("attributes", "events", "expected"),
    [
        (ANSWER, (OWN,), ("acme.PlanError", "", False)),
        ({**ANSWER, "error.type": "500"}, (OWN,), ("acme.PlanError", "", False)),
        ({**ANSWER, "error.type": "acme.PlanError"}, (), ("acme.PlanError", "", False)),
        (
            {"http.method": "POST", "http.status_code": 500},
            (exception("KeyError", "'plan'"),),
            ("KeyError", "CODE_BUG", False),
        ),
        ({"http.status_code": 503}, (OWN,), ("acme.PlanError", "", False)),
        ({"http.status_code": "500"}, (OWN,), ("acme.PlanError", "", False)),
        ({"rpc.system": "grpc", "rpc.grpc.status_code": 2}, (OWN,), ("acme.PlanError", "", False)),
        ({"rpc.response.status_code": "UNKNOWN", "error.type": "UNKNOWN"}, (OWN,), ("acme.PlanError", "", False)),
        ({"mcp.method.name": "prompts/get", "rpc.jsonrpc.error_code": "-32603"}, (OWN,), ("acme.PlanError", "", False)),
        (ANSWER, (exception("", "no plan for tenant 7"),), ("UNKNOWN_ERROR", "", False)),
        ({**ANSWER, "error.type": "plan_missing"}, (), ("plan_missing", "", False)),
        # what the exception says of a service that was called stays
        (
            ANSWER,
            (exception("openai.RateLimitError", "Error code: 429"),),
            ("openai.RateLimitError", "RATE_LIMITED", True),
        ),
    ],
)
def test_an_own_exception_behind_an_own_500_stays_itself(
    attributes: dict[str, Any], events: tuple[Any, ...], expected: tuple[str, str, bool]
) -> None:
    [failure] = failures(span(kind=SERVER, name="POST /run", attributes=attributes, events=events))
    assert verdict(failure) == expected


@pytest.mark.parametrize(
    ("kind", "attributes", "events", "code"),
    [
        (CLIENT, ANSWER, (exception("acme.HTTPError", "bad"),), "HTTP_5XX"),
        (INTERNAL, ANSWER, (OWN,), "HTTP_5XX"),
        (SERVER, ANSWER, (), "HTTP_5XX"),
        (
            SERVER,
            {"http.status_code": 503},
            (exception("fastapi.exceptions.HTTPException", ""),),
            "SERVICE_UNAVAILABLE",
        ),
        (SERVER, {"http.status_code": 500}, (exception("werkzeug.exceptions.InternalServerError", "x"),), "HTTP_5XX"),
        (
            SERVER,
            {"rpc.system": "grpc", "rpc.grpc.status_code": 14},
            (exception("Exception", ""),),
            "SERVICE_UNAVAILABLE",
        ),
        # with a 4xx the server has said whose fault it is
        (SERVER, {"http.status_code": 403}, (OWN,), "PERMISSION_DENIED"),
    ],
)
def test_a_status_counts_for_who_called_and_where_nothing_else_is_told(
    kind: Any, attributes: dict[str, Any], events: tuple[Any, ...], code: str
) -> None:
    [failure] = failures(span(kind=kind, attributes=attributes, events=events))
    assert verdict(failure)[1] == code


def test_the_answer_is_stored_beside_the_attributes_that_are_matched() -> None:
    [failure] = failures(span(kind=SERVER, attributes={**ANSWER, "error.type": "500"}, events=(OWN,)))
    assert failure.context["answered"] == {"error.type": "500", "http.response.status_code": 500}
    assert failure.context["attributes"] == {"http.request.method": "POST"} == failure.observation.attributes


def test_a_server_s_log_record_is_read_alike() -> None:
    attributes = {**ANSWER, "exception.type": "acme.PlanError", "exception.message": "no plan"}
    [failure] = log_failures(log(event_name="http.server.request.exception", attributes=attributes))
    assert verdict(failure) == ("acme.PlanError", "", False)
