"""The signature: what stays, what goes, and that it is the same everywhere, for ever."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.redaction import redact
from failcat_catalog.signature import MAX_CHARS, signature, signature_of_place, signature_of_redacted, template
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
    ("\x1b[1;31mError:\x1b[0m disk is full", "Error: disk is full"),
    ("\\u001b[31mdisk is full\\u001b[39m", "disk is full"),
    ("[31mdisk is full[39m", "disk is full"),  # something removed the escape character
    ("\x1b]8;;https://a.example\x07disk\x1b]8;;\x07 is full", "disk is full"),
    ("\u200bdisk is\u00a0full", "disk is full"),
    ("ｄｉｓｋ ｉｓ ｆｕｌｌ：３", "disk is full:4"),
    ("cafe\u0301 is closed", "caf\u00e9 is closed"),
    ("请求超时30秒", "请求超时8秒"),
    ("找不到“用户1”表", "找不到“订单”表"),
    ("「ユーザー」が見つかりません", "「注文」が見つかりません"),
    ("사용자123을 찾을 수 없습니다", "사용자7을 찾을 수 없습니다"),
    (f"ids {'a1 ' * 900}are unknown to the server", f"ids {'b2 ' * 300}are unknown to the server"),
    ("panic: bad value 3\ngoroutine 1 [running]:\n\t/a.go:12 +0x1d", "panic: bad value 4\n\t/b.go:1\n\t/c.go:7 +0x2"),
    ("bad value\n#0 /a.php(12): f()\n#1 {main}", "bad value\n#0 /b.php(3): g()"),
    ("bad value\n   0: rust_begin_unwind\n   1: core::panic", "bad value\n   0: rust_begin_unwind"),
    ("bad value\n\tfrom /a.rb:1:in `f'", "bad value\n\tfrom /b.rb:2:in `g'\n\tfrom /c.rb:3:in `h'"),
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
    ("请求超时30秒", "连接失败3次"),
    ("错误码500", "错误码429"),
    ("ファイル3が見つかりません", "データベース3に接続できません"),
    ("사용자 1을 찾을 수 없습니다", "파일 1을 열 수 없습니다"),
    ("query is rate(x[5m])", "query is rate(x)"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT_FAILURES)
def test_what_means_something_changes_the_signature(one: str, other: str) -> None:
    assert signature("X", one) != signature("X", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("openai.RateLimitError", "RateLimitError"),
        ("com.acme.Outer$InnerException", "com.acme.InnerException"),
        ("Timeout after 35 s", "Timeout after 8 s"),
    ],
)
def test_what_varies_in_a_class_or_code_does_not_change_the_signature(one: str, other: str) -> None:
    assert signature(one, "x") == signature(other, "x")


@pytest.mark.parametrize(
    ("one", "other"), [("HTTP_429", "HTTP_500"), ("a.b", "b"), ("SQLSTATE_40P01", "SQLSTATE_23505")]
)
def test_codes_differ(one: str, other: str) -> None:
    assert signature(one, "x") != signature(other, "x")


def test_without_a_message_the_place_is_the_signature() -> None:
    place = ("HTTP_500", "shop", "GET /orders/1", "CLIENT")
    assert signature_of_place("HTTP_500", "shop", "GET /orders/77", "CLIENT") == signature_of_place(*place)
    others = [
        ("HTTP_404", "shop", "GET /orders/1", "CLIENT"),
        ("HTTP_500", "cart", "GET /orders/1", "CLIENT"),
        ("HTTP_500", "shop", "POST /orders/1", "CLIENT"),
        ("HTTP_500", "shop", "GET /orders/1", "SERVER"),
    ]
    assert len({signature_of_place(*each) for each in [place, *others]}) == 5
    assert signature_of_place(*place) != signature("HTTP_500", "")


def test_the_code_changes_the_signature() -> None:
    assert signature("A", "x") != signature("B", "x")
    assert signature("A", "x") != signature("", "A x")


# These values are in databases. A change of the rules needs a new version, not new values here.
FOR_EVER = [
    ("", "", "v3:94f6d9cdd1ea8248"),
    ("RATE_LIMITED", "Error code: 429 - {'error': {'code': 'rate_limit_exceeded'}}", "v3:b235128c68846b11"),
    ("", "connect to 10.0.0.1:5432 failed: Connection refused", "v3:e463d9310a151bf8"),
    ("ValueError", "invalid literal for int() with base 10: 'abc'", "v3:2fb702ac5fad6f6c"),
    ("", "错误: 模型失败 7", "v3:50c01617d5a61cfa"),
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
        "\x1b[31m", "\x1b]", "\\u001b[0m", "[0m", "错误码", "「", "」", "\u200b", "ｓｋ－",
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
    assert len(signature(text, text)) == len("v3:0123456789abcdef")


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
        "\x1b[",
        "\x1b]a",
        "[0m",
        "错1",
        "「",
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(part: str) -> None:
    """Would not end in the life of a test run if any step were quadratic."""
    assert signature("", part * (4_000_000 // len(part)))
