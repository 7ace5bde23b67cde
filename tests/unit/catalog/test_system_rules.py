"""What systems, clients, databases and frameworks say, and what it must become. Rules hold more examples."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.builtin import builtin_document
from failcat_catalog.catalog import Catalog
from failcat_catalog.types import AttributeValue, Match, Observation
from failcat_catalog.vocabulary import RecoveryMode

# One failure in the words of several languages and tools: (exception class or error type, message, code).
WORDS_OF_SYSTEMS = [
    ("TimeoutError", "", "TIMEOUT"),
    ("asyncio.exceptions.TimeoutError", "", "TIMEOUT"),
    ("httpx2.ReadTimeout", "", "TIMEOUT"),
    ("", "net/http: TLS handshake timeout", "TIMEOUT"),
    ("ConnectionRefusedError", "[Errno 111] Connection refused", "CONNECTION_REFUSED"),
    ("", "connect ECONNREFUSED ::1:11434", "CONNECTION_REFUSED"),
    ("", "dial tcp [::1]:9090: connect: connection refused", "CONNECTION_REFUSED"),
    ("httpx.ConnectError", "All connection attempts failed", "CONNECTION_FAILED"),
    ("Error", "socket hang up", "CONNECTION_RESET"),
    ("", "kex_exchange_identification: Connection closed by remote host", "CONNECTION_RESET"),
    ("httpx.ConnectError", "[Errno -2] Name or service not known", "DNS_FAILURE"),
    ("", "getaddrinfo EAI_AGAIN registry.example.org", "DNS_FAILURE"),
    ("", "dial tcp: lookup db.example on 10.0.0.2:53: no such host", "DNS_FAILURE"),
    ("httpx.ConnectError", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:1)", "TLS_FAILURE"),
    ("", "net::ERR_CERT_DATE_INVALID at https://example.org", "TLS_FAILURE"),
    ("asyncpg.exceptions.DeadlockDetectedError", "deadlock detected", "DB_CONTENTION"),
    ("psycopg2.errors.UniqueViolation", "duplicate key value", "DB_CONSTRAINT_VIOLATION"),
    ("", 'ERROR: column "nmae" does not exist at character 8', "DB_QUERY_INVALID"),
    ("redis.exceptions.ConnectionError", "Error 111 connecting to cache:6379. Refused.", "REDIS_CONNECTION_FAILED"),
    ("", "MISCONF Redis is configured to save RDB snapshots, but cannot", "BROKER_FAILED"),
    ("kafka.errors.NoBrokersAvailable", "NoBrokersAvailable", "BROKER_FAILED"),
    ("OSError", "[Errno 28] No space left on device", "DISK_FULL"),
    ("", "bash: line 3: jq: command not found", "COMMAND_NOT_FOUND"),
    ("", "FATAL ERROR: Reached heap limit - JavaScript heap out of memory", "OUT_OF_MEMORY"),
    ("MemoryError", "", "OUT_OF_MEMORY"),
    ("ModuleNotFoundError", "No module named 'pandas'", "IMPORT_FAILED"),
    ("", "'NoneType' object is not subscriptable", "CODE_BUG"),
    ("json.decoder.JSONDecodeError", "Expecting value: line 1 column 1 (char 0)", "DESERIALIZATION_ERROR"),
    ("pydantic_core._pydantic_core.ValidationError", "1 validation error for Plan", "SCHEMA_VALIDATION_FAILED"),
    ("langgraph.errors.GraphRecursionError", "Recursion limit of 25 reached", "LOOP_LIMIT_EXCEEDED"),
    ("", "Readiness probe failed: HTTP probe failed with statuscode: 500", "SERVICE_UNAVAILABLE"),
    ("", "Prompt injection detected in a web page", "INJECTION_DETECTED"),
]

# A layer's own words outrank the error number or the network's words inside them.
WORDS_OF_LAYERS = [
    (
        "pymysql.err.OperationalError",
        "(2003, \"Can't connect to MySQL server on 'db' ([Errno 111] Connection refused)\")",
    ),
    ("psycopg2.OperationalError", 'connection to server at "db", port 5432 failed: Connection refused'),
    ("psycopg2.OperationalError", 'could not translate host name "db" to address: Name or service not known'),
    ("sqlalchemy.exc.TimeoutError", "QueuePool limit of size 5 overflow 10 reached, connection timed out"),
]

# An application's own failures, in words that systems use too.
WORDS_OF_APPLICATIONS = [
    "order 4031 failed",
    "dependency injection failed",
    "unresolved merge conflict in src/app.py",
    "inventory is full",
    "API response does not contain 'query' key",
    "the customer's subscription has expired",
    "gift card certificate expired",
    "import of dairy is not allowed",
    "flight F-030 not available on date 2024-05-13",
    "the process of refund failed",
    "The page was closed by the moderator",
    "instruction cache parity error corrected",
    "Timeout of the game: 30 seconds left",
]
APPLICATION_CLASSES = ["", "ValueError", "RuntimeError", "Exception", "django.core.exceptions.ValidationError"]

# What only steers a run or ends it on purpose.
CONTROL_FLOW = [
    "asyncio.exceptions.CancelledError",
    "KeyboardInterrupt",
    "langgraph.errors.GraphInterrupt",
    "pydantic_ai.exceptions.ModelRetry",
    "pydantic_ai.exceptions.ApprovalRequired",
]


@cache
def yaml_catalog() -> Catalog:
    """The catalog as the YAML files are now, whether or not the generated file has followed."""
    return Catalog.from_document(builtin_document(), "entries")


def verdict(message: str = "", exception_type: str = "", **attributes: AttributeValue) -> Match:
    return yaml_catalog().match(
        Observation(error_type=exception_type, exception_type=exception_type, message=message, attributes=attributes)
    )


def attribute_verdict(attributes: dict[str, AttributeValue]) -> Match:
    return yaml_catalog().match(Observation(attributes=attributes))


@pytest.mark.parametrize(("exception_type", "message", "code"), WORDS_OF_SYSTEMS)
def test_words_of_systems_are_known_whichever_tool_reports_them(exception_type: str, message: str, code: str) -> None:
    assert verdict(message, exception_type).code == code


@pytest.mark.parametrize(("exception_type", "message"), WORDS_OF_LAYERS)
def test_a_database_that_is_unreachable_is_not_just_a_refused_connection(exception_type: str, message: str) -> None:
    assert verdict(message, exception_type).code == "DB_CONNECTION_FAILED"


@pytest.mark.parametrize("exception_type", APPLICATION_CLASSES)
@pytest.mark.parametrize("message", WORDS_OF_APPLICATIONS)
def test_words_of_applications_stay_unknown(message: str, exception_type: str) -> None:
    assert not verdict(message, exception_type).known


@pytest.mark.parametrize("exception_type", CONTROL_FLOW)
def test_control_flow_is_skipped(exception_type: str) -> None:
    match = verdict("", exception_type)
    assert match.recovery is not None
    assert (match.recovery.mode, match.retryable) == (RecoveryMode.SKIP, False)


@pytest.mark.parametrize(
    ("sqlstate", "code", "retryable"),
    [
        ("40P01", "DB_CONTENTION", True),
        ("23505", "DB_CONSTRAINT_VIOLATION", False),
        ("08006", "DB_CONNECTION_FAILED", True),
        ("08007", "DB_CONNECTION_FAILED", False),
        ("57014", "TIMEOUT", False),
        ("42P01", "DB_QUERY_INVALID", False),
        ("42501", "PERMISSION_DENIED", False),
        ("22P02", "DB_QUERY_INVALID", False),
        ("53100", "DISK_FULL", False),
    ],
)
def test_a_sqlstate_alone_gives_the_verdict(sqlstate: str, code: str, retryable: bool) -> None:
    match = attribute_verdict({"db.system.name": "postgresql", "db.response.status_code": sqlstate})
    assert (match.code, match.retryable) == (code, retryable)


@pytest.mark.parametrize("number", range(1, 17))
def test_every_grpc_status_is_known(number: int) -> None:
    assert attribute_verdict({"rpc.system": "grpc", "rpc.grpc.status_code": number}).known


@given(status=st.integers(400, 599))
def test_every_failing_http_status_is_known_and_keeps_its_side(status: int) -> None:
    match = attribute_verdict({"http.response.status_code": status})
    assert match.known
    if match.code in ("HTTP_4XX", "HTTP_5XX"):
        assert match.code == f"HTTP_{status // 100}XX"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("503 Server Error: Service Unavailable for url: https://api.example.org", "SERVICE_UNAVAILABLE"),
        ("404 Client Error: Not Found for url: https://api.example.org", "RESOURCE_NOT_FOUND"),
        ("429 Client Error: Too Many Requests for url: https://api.example.org", "RATE_LIMITED"),
    ],
)
def test_an_http_error_is_what_its_status_says(text: str, code: str) -> None:
    assert verdict(text, "requests.exceptions.HTTPError").code == code


@given(host=st.from_regex(r"[a-z]{1,20}(\.[a-z]{2,10}){0,2}", fullmatch=True), port=st.integers(1, 65535))
def test_hosts_and_ports_do_not_change_a_verdict(host: str, port: int) -> None:
    refused = f"HTTPConnectionPool(host='{host}', port={port}): Max retries exceeded with url: / (Caused by NewConnectionError('<urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))"  # noqa: E501  one client's real shape
    assert verdict(refused, "requests.exceptions.ConnectionError").code == "CONNECTION_REFUSED"
