"""What an observation calls itself."""

from __future__ import annotations

from typing import Any

import pytest

from failcat_catalog.observe import observed_code
from failcat_catalog.types import Observation


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"error_code": "MY_CODE", "error_type": "a", "exception_type": "b.C"}, "MY_CODE"),
        ({"error_type": "rate_limit_error", "exception_type": "b.C"}, "rate_limit_error"),
        ({"error_type": "503"}, "HTTP_503"),
        ({"error_type": "_OTHER", "exception_type": "b.C"}, "b.C"),
        ({"exception_type": "b.C", "attributes": {"http.response.status_code": 429}}, "b.C"),
        ({"attributes": {"http.response.status_code": 429}}, "HTTP_429"),
        ({"attributes": {"rpc.system": "grpc", "rpc.grpc.status_code": 14}}, "GRPC_UNAVAILABLE"),
        ({"attributes": {"db.response.status_code": "40P01"}}, "SQLSTATE_40P01"),
        (
            {"error_type": "_OTHER", "message": "{'type': 'tokens', 'code': 'rate_limit_exceeded'}"},
            "rate_limit_exceeded",
        ),
        ({"error_type": "_OTHER", "message": "insufficient_quota: top up"}, "insufficient_quota"),
        ({"error_type": "_OTHER", "message": "Traceback: openai.RateLimitError: slow down"}, "openai.RateLimitError"),
        ({"message": "Error code: 429 - {}"}, "HTTP_429"),
        ({"message": "429 {}"}, "HTTP_429"),
        ({"message": "order 4031 failed"}, "UNKNOWN_ERROR"),
        ({"error_type": "_OTHER", "message": "status: failed"}, "UNKNOWN_ERROR"),
        ({}, "UNKNOWN_ERROR"),
    ],
)
def test_the_code_of_an_observation(fields: dict[str, Any], code: str) -> None:
    assert observed_code(Observation(**fields)) == code
