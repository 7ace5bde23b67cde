"""The signature: what stays, what goes, and that it is the same everywhere, for ever."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.redaction import redact
from failcat_catalog.signature import MAX_CHARS, signature, signature_of_redacted, template
from failcat_catalog.text import storable

SAME_FAILURE = [
    ("Request req_011CSHoEeqs5C35K2UUqR7Fy failed", "Request req_9aZ81CSHoEeqs5C35K2UUqR7F failed"),
    ("No tool output found for function call call_abc123.", "No tool output found for function call call_Zx9y8."),
    ("ids without results: toolu_01AbC", "ids without results: toolu_99ZzZ"),
    ("chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT timed out", "chatcmpl-7QyqpwdfhqwajicIEznoc6Q47XAyW timed out"),
    ("Rate limit in organization org-8Xy1 on tokens", "Rate limit in organization org-Zb77k on tokens"),
    ("run_abc1 of thread_x9 expired", "run_zzz8 of thread_q0 expired"),
    ("No such File object: file-abc123XYZ", "No such File object: file-9Q"),
    ("connect to 10.0.0.1:5432 failed", "connect to 192.168.7.250:6543 failed"),
    ("connect to fe80::1ff:fe23:4567:890a failed", "connect to 2607:f140:6000:8:f882:21d2:d1af:f093 failed"),
    ("connect to db-1.internal:5432 failed", "connect to replica.example.com:5433 failed"),
    ("GET https://a.example/x?y=1 failed", "GET http://b.example/z failed"),
    ("cannot open /etc/passwd", "cannot open /var/lib/x.db"),
    ("cannot open C:\\Users\\me\\a.txt", "cannot open D:\\tmp\\b"),
    ("instance 2aa9c7f0-4a0e-4a3c-9a3d-1f2e3d4c5b6a died", "instance 11111111-4a0e-4a3c-9a3d-1f2e3d4c5b6a died"),
    ("object at 0x7fad3c2b8bb0", "object at 0xdeadbeef"),
    ("commit deadbeefcafe not found", "commit 0123456789ab not found"),
    ('relation "users" does not exist', 'relation "orders_2024" does not exist'),
    ("'str' object has no attribute 'copy'", "'NoneType' object has no attribute 'items'"),
    ("The model `gpt-9` does not exist", "The model `claude-x` does not exist"),
    ("took 5.8 KB, free 329.6 KB", "took 226.0 B, free 1.2 GB"),
    ("failed at Thu Aug 11 2005", "failed at Fri Jul 1 2006"),
    ("f() missing 1 required positional argument: 'x'", "g() missing 2 required positional arguments: 'x' and 'y'"),
    ("Input should be 'a', 'b' or 'c'", "Input should be 'red' or 'green'"),
    ("permission denied for table accounts", "permission denied for table orders"),
    ("domain root_domain is full", "domain cluster_backup is full"),
    ("Agent planner failed after 3 attempts", "Agent researcher failed after 1 attempt"),
    ("user=root pid=12", "user=daemon pid=99"),
    ("saved, type=40002", "saved, type=40003"),
    ("function f(integer, text) does not exist", "function g1(date) does not exist"),
    ("lifetime <1 sec", "lifetime 00:01"),
    ('{"error": {"code": 503, "message": "x"}}', "{'error': {'message': 'y', 'code': '503'}}"),
    ("GET /search?q=a=1,b failed", "GET /find?q=2 failed"),
    ("job (hdfs://a:9000/b): failed", "job (s3://c/d): failed"),
    ("waited ٣ seconds", "waited 3 seconds"),  # ARABIC-INDIC DIGIT THREE
    (
        '10.0.0.1 "GET /v2/servers/1 HTTP/1.1" status: 200 len: 1893',
        '10.0.0.2 "GET /v2/servers HTTP/1.1" status: 404 len: 7',
    ),
    (
        "1 validation error for User\nage\n  Field required [type=missing, input_value={}, input_type=dict]",
        "2 validation errors for Order\nid\n  Field required [type=missing, input_value={'a': 1}, input_type=dict]\n"
        "total\n  Field required [type=missing, input_value={'a': 1}, input_type=dict]",
    ),
    (
        'Traceback (most recent call last):\n  File "/a.py", line 3, in f\n    g()\nValueError: bad value 3',
        'Traceback (most recent call last):\n  File "/b.py", line 9, in h\n    i()\n    ^^^\nValueError: bad value 4',
    ),
    ("TypeError: x is bad\n    at f (/a.js:1:2)", "TypeError: x is bad\n    at g (/b.js:3:4)\n    at h (/c.js:5:6)"),
    (
        'column "a" does not exist\nLINE 1: SELECT a FROM t\n               ^',
        'column "b" does not exist\nLINE 3: WHERE b = 1\n              ^',
    ),
    (
        "Error code: 429 - {'error': {'message': 'Limit 30 for org-a1', 'type': 'tokens', 'code': 'rate_limit'}}",
        "Error code: 429 - {'error': {'message': \"Don't: 40\", 'type': 'tokens', 'code': 'rate_limit'}}",
    ),
    ("permission denied for table a.b, schema c", "permission denied for table a.c, schema c"),
    ("dial tcp [::1]:5432: connect: refused", "dial tcp 10.0.0.1:5432: connect: refused"),
    ("lookup of db-main:5432 failed", "lookup of localhost:9092 failed"),
    ("cannot read /etc/app.conf. Skipped", "cannot read settings.toml. Skipped"),
    ("no route to db.example.com.", "no route to 10.2.3.4."),
    ("duplicates in [1, 2, None]", "duplicates in ['a', 'b']"),
    ("duplicates in []", "duplicates in [x.y, z]"),
    ("cannot use *url.URL here", "cannot use []string here"),
    ("argument must be type boolean, not type integer", "argument must be type text, not type double precision"),
    ("column is of type text[]", "column is of type timestamp with time zone"),
    ("cannot cast type jsonb to inet", "cannot cast type text to uuid"),
    ("function now() does not exist", "function pg.f(a, integer) does not exist"),
    ("argument of HAVING must be positive", "argument of LIMIT must be positive"),
    ("self.run is not callable", "cls.build_all is not callable"),
    ("None is too short", "12 is too short"),
    ("List should have at least 1 item", "Tuple should have at least 2 items"),
    ("Input should be an instance of date", "Input should be an instance of Path"),
    ("cycle in the definition of get_one function", "cycle in the definition of __init__ function"),
    ("Unused name imported from os.path", "Unused name imported from a_b"),
    ("Import outside toplevel (os.path)", "Import outside toplevel (a.b.c)"),
    ("declared and not used: total", "declared and not used: n"),
    ("Refused password for root from 10.0.0.9 port 22", "Refused password for guest from 10.1.0.7 port 22"),
    ("use 'raise E('x y') from e' instead", "use 'raise E(f'x {y}', 1) from e' instead"),
    ('cannot index ("int | None")', 'cannot index ("dict[str, Any] | str")'),
    ('"Stopped the old pod" pod="a/b" err="x"', '"Stopped the old pod" pod="c/d" err="y z"'),
    ("unknown type name \u2018size\u2019", "unknown type name 'count'"),
    ("symbol \u201ca\u201d is missing", 'symbol "b" is missing'),
    ("undefined reference to `main'", "undefined reference to 'exit'"),
    ("expected '{' before 'x'", "expected ';' before 'y'"),
    ('level=error msg="no space left" disk=/a', 'level=error msg="no space left" disk=/b'),
    (
        'failed: {"error": {"message": "a \\"quoted\\" text", "code": "bad"}, "id": "x"}',
        'failed: { "error": { "message": "other", "code": "bad" } }',
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME_FAILURE)
def test_what_varies_does_not_change_the_signature(one: str, other: str) -> None:
    assert template(one) == template(other)
    assert signature("X", one) == signature("X", other)


DIFFERENT_FAILURES = [
    ("Error code: 429", "Error code: 500"),
    ("Request failed with status code 503", "Request failed with status code 401"),
    ("status: 404", "status: 500"),
    ("status = 404", "status = 500"),
    ("429 Too Many Requests", "413 Payload Too Large"),
    ("Client #7: 503 UNAVAILABLE", "Client #7: 500 INTERNAL"),
    ("HTTP 502 from upstream", "HTTP 504 from upstream"),
    ('POST https://a.example "HTTP/1.1 429 Too Many Requests"', 'POST https://a.example "HTTP/1.1 500 Error"'),
    ('"GET / HTTP/1.1" 500 12', '"GET / HTTP/1.1" 200 12'),
    ('"GET /a HTTP/1.1" status: 500', '"POST /a HTTP/1.1" status: 500'),
    ("[Errno 111] refused", "[Errno 110] refused"),
    ("errno=13", "errno=2"),
    ("(SQLSTATE 23505)", "(SQLSTATE 40P01)"),
    ("SQLSTATE[HY000]", "SQLSTATE[42S02]"),
    ("MCP error -32602: bad", "MCP error -32601: bad"),
    ("failed (-32602)", "failed (-32601)"),
    ("ORA-00942: missing", "ORA-01017: missing"),
    ("exited with exit code 137", "exited with exit code 1"),
    ("grpc_status=14", "grpc_status=4"),
    ("reply-code=406", "reply-code=404"),
    ("error 0x80070005", "error 0x80004005"),
    ("ValueError: bad", "KeyError: bad"),
    ("com.rabbitmq.client.ShutdownSignalException", "com.rabbitmq.client.AlreadyClosedException"),
    ("StatusCode.UNAVAILABLE", "StatusCode.NOT_FOUND"),
    ("no IPv4 address", "no IPv6 address"),
    ("{'code': 'a_b'}", "{'code': 'c_d'}"),
    ('{"error": {"type": "overloaded_error", "message": "x"}}', '{"error": {"type": "api_error", "message": "x"}}'),
    ('{"error": {"code": 503, "message": "x"}}', '{"error": {"code": 500, "message": "x"}}'),
    ('{"detail": "Not found"}', '{"detail": "Forbidden"}'),
    ("Exceeded the total_tokens_limit of 5", "Exceeded the request_limit of 5"),
    ("process terminated", "process started"),
    ("container is running=true", "container is running=false"),
    ("internal server error", "internal server failure"),
    ("type=40002 state=FAILED", "type=40002 state=PENDING"),
    ("device is in state 'ready'", "device is in state 'failed'"),
    ('OSError("[Errno 113] No route to it")', 'OSError("[Errno 111] Refused by it")'),
    ("\"None of ['a'] are in the [columns]\"", "'a'"),
    ('"Started the pod" pod="a/b"', '"Stopped the pod" pod="a/b"'),
    ('level=error msg="no space left"', 'level=error msg="disk is slow"'),
    ("java.net.ConnectException: must retry", "java.net.BindException: must retry"),
    ("gave up (java.net.ConnectException)", "gave up (java.net.BindException)"),
    ("failed: rate_limit_exceeded", "failed: insufficient_quota"),
    ("gave up because of token_expired", "gave up because of token_revoked"),
    ("invalid certificate chain", "invalid certificate signature"),
    ("expected '(' but found ')'", "expected '(' or ')' but ended"),
    ("ids [1, 2] are too many", "id 1 is too many"),
    ("[main] started", "[worker] started"),
    ("waited for heartbeat from 10.0.0.1", "waited for response from 10.0.0.1"),
    ("ECONNREFUSED was returned", "ETIMEDOUT was returned"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT_FAILURES)
def test_what_means_something_changes_the_signature(one: str, other: str) -> None:
    assert signature("X", one) != signature("X", other)


def test_the_code_changes_the_signature() -> None:
    assert signature("A", "x") != signature("B", "x")
    assert signature("A", "x") != signature("", "A x")


# These values are in databases. A change of the rules needs a new version, not new values here.
FOR_EVER = [
    ("", "", "v2:94f6d9cdd1ea8248"),
    ("RATE_LIMITED", "Error code: 429 - {'error': {'code': 'rate_limit_exceeded'}}", "v2:b235128c68846b11"),
    ("", "connect to 10.0.0.1:5432 failed: Connection refused", "v2:e463d9310a151bf8"),
    ("ValueError", "invalid literal for int() with base 10: 'abc'", "v2:2fb702ac5fad6f6c"),
    ("", "错误: 模型失败 7", "v2:50c01617d5a61cfa"),
]


@pytest.mark.parametrize(("code", "message", "expected"), FOR_EVER)
def test_signatures_are_the_same_for_ever(code: str, message: str, expected: str) -> None:
    assert signature(code, message) == expected


def test_another_process_with_another_hash_seed_gives_the_same_signature() -> None:
    program = f"from failcat_catalog.signature import signature; print(signature('C', {FOR_EVER[1][1]!r}))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        ).stdout
        for seed in ("1", "2")
    }
    assert printed == {signature("C", FOR_EVER[1][1]) + "\n"}


def test_titles_are_readable() -> None:
    assert template("Finished task 4.0 in stage 28.0 (TID 1284)") == "Finished task <*> in stage <*> (TID <*>)"
    assert template("(Caused by ReadTimeoutError(\"Pool(host='a.b', port=443): Read timed out.\"))") == (
        "(Caused by ReadTimeoutError(Pool(host=<*>, port=<*>): Read timed out.))"
    )
    assert template("Can't parse the users' input") == "Can't parse the users' input"
    assert template('"The whole message is quoted"') == "The whole message is quoted"


def test_only_the_head_of_a_long_message_counts() -> None:
    head = "word " * (MAX_CHARS // 5)
    assert signature("", head + "tail one") == signature("", head + "another tail")


FRAGMENTS = st.sampled_from(
    [
        "sk-proj-abcDEF0123456789abcdefgh", "password=", "hunter2", "Bearer abcdef123456789", "://user:pw@host/",
        "'", '"', "{", "}", ":", "=", " ", "\n", "\0", "\ud800", "api_key", "-----BEGIN PRIVATE KEY-----",
        "429", "status", "error", "'code': 'x'", "{'error': {'message': 'm'}}", "Traceback (most recent call last):\n",
        " validation error", "AKIAABCDEFGHIJKLMNOP", "[redacted:token]", "<*>", "(", ")", ",", "table users is", "\\",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(st.characters()), st.lists(FRAGMENTS, max_size=12).map("".join))


@given(TEXTS)
def test_redaction_does_not_change_the_signature(text: str) -> None:
    assert signature("c", redact(text)) == signature("c", text)


@given(TEXTS)
def test_redacted_text_is_not_redacted_again(text: str) -> None:
    assert signature_of_redacted("c", redact(storable(text))) == signature("c", text)


@given(TEXTS)
def test_making_text_storable_does_not_change_the_signature(text: str) -> None:
    assert signature("c", storable(text)) == signature("c", text)


@given(TEXTS)
def test_every_text_has_a_signature(text: str) -> None:
    assert len(signature(text, text)) == len("v2:0123456789abcdef")


@pytest.mark.parametrize(
    "part",
    [
        "{",
        "{'",
        "'a':{",
        '"',
        "'",
        "((",
        "a=",
        "://",
        "eyJ.",
        "-----BEGIN ",
        "x.",
        "Traceback (most recent call last):\n",
        "'f('x",
        "'f(' ",
        "[a, ",
        "CANNOT ",
        "function f(a ",
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(part: str) -> None:
    """Would not end in the life of a test run if any step were quadratic."""
    assert signature("", part * (4_000_000 // len(part)))
