"""Facts that are written in a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from failcat_catalog.catalog import Catalog
from failcat_catalog.matcher.evidence import Evidence, initial_evidence
from failcat_catalog.types import Observation


def facts_of(message: str = "", **fields: Any) -> Iterable[str]:
    index = Catalog.builtin()._winners.index
    evidence = Evidence(initial_evidence(Observation(message=message, **fields), index), index)
    evidence.evaluate_all()
    return evidence.facts


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("Error code: 429 - {'error': {}}", "status:429"),
        ("status_code: 503, model_name: gpt-4o", "status:503"),
        ("503 Server Error: Service Unavailable for url: https://x", "status:503"),
        ("Client error '404 Not Found' for url 'https://x'", "status:404"),
        ("Request failed with status code 500", "status:500"),
        ("HTTP 502", "status:502"),
        ("HTTP/1.1 401", "status:401"),
        ("API Error: Request rejected (429) - usage limit exceeded", "status:429"),
        ('429 {"type":"error"}', "status:429"),
        ("401 User not found.", "status:401"),
        ("googleapi: Error 403: The caller does not have permission", "status:403"),
        ("{'error': {'code': 503, 'status': 'UNAVAILABLE'}}", "status:503"),
        ("Page request resulted in HTTP 400 (https://x)", "status:400"),
        ("{'type': 'tokens', 'code': 'rate_limit_exceeded'}", "textcode:rate_limit_exceeded"),
        ('{"error": {"status": "UNAVAILABLE"}}', "textcode:unavailable"),
        ("{ code: 'InvalidParameter', message: 'x' }", "textcode:invalidparameter"),
        ("An error occurred (ThrottlingException) when calling the Converse operation", "textcode:throttlingexception"),
        ("insufficient_quota: top up", "textcode:insufficient_quota"),
        ("OpenAIAPIError: [server_error] That model is busy", "textcode:server_error"),
        ("[Errno 111] Connection refused", "errno:ECONNREFUSED"),
        ("(errno: 28 - No space left on device)", "errno:ENOSPC"),
        ("connect ECONNREFUSED 127.0.0.1:5432", "errno:ECONNREFUSED"),
        ("[Errno -3] Temporary failure in name resolution", "errno:EAI_AGAIN"),
        ("getaddrinfo ENOTFOUND api.example.com", "errno:ENOTFOUND"),
        ("Connection refused (os error 111)", "errno:ECONNREFUSED"),
        ("[WinError 10061] refused", "errno:ECONNREFUSED"),
        ("Command 'x' returned non-zero exit status 137.", "exit_code:137"),
        ("Command 'x' died with <Signals.SIGKILL: 9>.", "exit_code:137"),
        ("process exited with code 127", "exit_code:127"),
        ("exit code: -9", "exit_code:137"),
        ("status = StatusCode.UNAVAILABLE", "grpc:UNAVAILABLE"),
        ("rpc error: code = DeadlineExceeded desc = x", "grpc:DEADLINE_EXCEEDED"),
        ("ERROR: deadlock detected (SQLSTATE 40P01)", "sqlstate:40P01"),
        ("MCP error -32602: bad", "jsonrpc:-32602"),
        ("MCP error -32001: MCP error -32602: bad", "jsonrpc:-32602"),
        ('{"jsonrpc": "2.0", "error": {"code": -32601}}', "jsonrpc:-32601"),
        ("KafkaError{code=_TIMED_OUT,val=-185}", "kafka:_TIMED_OUT"),
        ("RateLimitError: GroqException", "name:RateLimitError"),
        ("litellm.RateLimitError: x", "inner:litellm.RateLimitError"),
    ],
)
def test_a_text_tells(message: str, fact: str) -> None:
    assert fact in facts_of(message)


@pytest.mark.parametrize(
    "message",
    [
        "order 4031 failed",
        "503 orders were shipped",
        "order 404 failed",
        "room (429) is booked",
        "took 500 ms",
        "flight 404 not found on the board",
        "4290 {",
    ],
)
def test_a_number_of_the_application_is_no_status(message: str) -> None:
    assert not any(fact.startswith("status:") for fact in facts_of(message))


@pytest.mark.parametrize(
    ("fields", "fact"),
    [
        ({"attributes": {"http.response.status_code": 429}}, "status:429"),
        ({"attributes": {"http.status_code": "503"}}, "status:503"),
        ({"error_type": "503"}, "status:503"),
        ({"attributes": {"rpc.system": "grpc", "rpc.grpc.status_code": 14}}, "grpc:UNAVAILABLE"),
        ({"attributes": {"rpc.response.status_code": "UNAVAILABLE"}}, "grpc:UNAVAILABLE"),
        ({"attributes": {"rpc.status_code": "-32602", "rpc.system": "jsonrpc"}}, "jsonrpc:-32602"),
        ({"attributes": {"rpc.jsonrpc.error_code": "-32001"}}, "jsonrpc:-32001"),
        ({"error_type": "-32001", "attributes": {"mcp.method.name": "tools/call"}}, "jsonrpc:-32001"),
        ({"attributes": {"db.response.status_code": "40p01"}}, "sqlstate:40P01"),
        ({"attributes": {"db.response.status_code": "40P01"}}, "sqlstate:40*"),
        ({"attributes": {"gen_ai.provider.name": "aws.bedrock"}}, "provider:bedrock"),
        ({"attributes": {"gen_ai.system": "openai"}}, "provider:openai"),
        ({"attributes": {"gen_ai.response.finish_reasons": ["Content_Filter"]}}, "finish:content_filter"),
        ({"attributes": {"process.exit.code": 137}}, "exit_code:137"),
        ({"exception_type": "openai._exceptions.RateLimitError"}, "type:openai.RateLimitError"),
        ({"exception_type": "httpx2.ConnectTimeout"}, "type:httpx.ConnectTimeout"),
        ({"exception_type": "builtins.KeyError"}, "type:KeyError"),
        ({"exception_type": "psycopg.errors.X"}, "protocol:postgresql"),
        ({"error_type": "Error [ERR_MODULE_NOT_FOUND]"}, "code:err_module_not_found"),
    ],
)
def test_an_attribute_tells(fields: dict[str, Any], fact: str) -> None:
    assert fact in facts_of(**fields)


@pytest.mark.parametrize(
    "attributes",
    [
        {"http.response.status_code": True},
        {"http.response.status_code": b"429"},
        {"http.response.status_code": "9" * 5000},
        {"http.response.status_code": 200},
        {"gen_ai.response.finish_reasons": [[["x"]], None, 1]},
        {"db.response.status_code": "deadlock"},
        {"rpc.grpc.status_code": 99},
        {"gen_ai.provider.name": {"a": 1}},
        {"process.exit.code": float("nan")},
    ],
)
def test_an_attribute_of_another_shape_tells_nothing(attributes: dict[str, Any]) -> None:
    assert not {fact.partition(":")[0] for fact in facts_of(attributes=attributes)} - {"protocol", "code"}


@pytest.mark.parametrize("nothing", ["_OTHER", "", "  ", "none", "Error"])
def test_no_information_is_no_code(nothing: str) -> None:
    assert not any(fact.startswith(("code:", "explicit:")) for fact in facts_of(error_type=nothing, error_code=nothing))


def test_an_exit_status_that_npm_calls_errno_is_none() -> None:
    assert not any(fact.startswith("errno:") for fact in facts_of("npm ERR! code ELIFECYCLE npm ERR! errno 1"))
