"""Redaction: what is a secret, what is not, and that doing it twice changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.redaction import redact, redact_named

RANDOM = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5hJ7k"
HEX = "0123456789abcdef0123456789abcdef"

SECRETS = [
    (f"sk-{RANDOM}", "[redacted:api-key]"),
    (f"sk-proj-{RANDOM}_x-y", "[redacted:api-key]"),
    (f"sk-ant-api03-{RANDOM}-AA", "[redacted:api-key]"),
    (f"key ({RANDOM[:3]}) sk-or-v1-{HEX}.", "key (aB3) [redacted:api-key]."),
    ("AKIAIOSFODNN7EXAMPLE", "[redacted:api-key]"),
    ("ASIAIOSFODNN7EXAMPLE is temporary", "[redacted:api-key] is temporary"),
    (f"AIza{RANDOM[:35]}", "[redacted:api-key]"),
    (f"hf_{RANDOM}", "[redacted:token]"),
    (f"gsk_{RANDOM}", "[redacted:api-key]"),
    (f"ghp_{RANDOM}", "[redacted:token]"),
    (f"github_pat_{RANDOM}", "[redacted:token]"),
    (f"glpat-{RANDOM[:20]}", "[redacted:token]"),
    ("xoxb-123456789012-abcdefABCDEF", "[redacted:token]"),
    (
        f"https://hooks.slack.com/services/T1/B1/{RANDOM[:24]}",
        "https://hooks.slack.com/services/[redacted:secret]",
    ),
    (f"sk_live_{RANDOM}", "[redacted:api-key]"),
    (f"SG.{RANDOM[:22]}.{RANDOM}", "SG.[redacted:api-key]"),
    (f"ya29.{RANDOM}", "ya29.[redacted:token]"),
    (f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.{RANDOM}, then", "[redacted:token], then"),
    ("Authorization: Bearer abcdef123456", "Authorization: Bearer [redacted:token]"),
    ("authorization: bearer ABCDEFGHIJKLMNOPQRSTUVWXYZabc", "authorization: bearer [redacted:token]"),
    ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [redacted:token]"),
    ("postgresql://app:p%40ss@db:5432/x", "postgresql://app:[redacted:password]@db:5432/x"),
    ("redis://:hunter2@cache", "redis://:[redacted:password]@cache"),
    ("password=hunter2&user=me", "password=[redacted:password]&user=me"),
    ("PGPASSWORD=hunter2 psql", "PGPASSWORD=[redacted:password] psql"),
    ('{"password": "two words", "user": "me"}', '{"password": "[redacted:password]", "user": "me"}'),
    ("{'client_secret': 'abc'}", "{'client_secret': '[redacted:secret]'}"),
    ('{\\"api_key\\": \\"abc\\"}', '{\\"api_key\\": \\"[redacted:api-key]\\"}'),
    ("x-api-key: abc-123-def", "x-api-key: [redacted:api-key]"),
    ("Invalid API key: abc123xyz", "Invalid API key: [redacted:api-key]"),
    ("apikey=abcdef", "apikey=[redacted:api-key]"),
    ("access_token=abc&next_token=def", "access_token=[redacted:token]&next_token=def"),
    (f"aws_secret_access_key = {RANDOM}", "aws_secret_access_key = [redacted:api-key]"),
    (
        "AccountName=a;AccountKey=Zm9vYmFy==;EndpointSuffix=b",
        "AccountName=a;AccountKey=[redacted:api-key];EndpointSuffix=b",
    ),
    ("https://a.blob/x?se=1&sig=abc%3D", "https://a.blob/x?se=1&sig=[redacted:secret]"),
    ("Cookie: session=abc123; theme=dark", "Cookie: [redacted:cookie]"),
    (
        "x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y",
        "x [redacted:private-key] y",
    ),
    ("-----BEGIN PRIVATE KEY-----\nMIIE... cut", "[redacted:private-key]... cut"),
    (f"error\\nsk-{RANDOM}\\n", "error\\n[redacted:api-key]\\n"),
    (f"İ password=hunter2 sk-{RANDOM}", "İ password=[redacted:password] [redacted:api-key]"),  # lower() grows İ
    (f"ключ sk-{RANDOM} é", "ключ [redacted:api-key] é"),
]


@pytest.mark.parametrize(("text", "expected"), SECRETS)
def test_secrets_become_marks(text: str, expected: str) -> None:
    assert redact(text) == expected


CLEAN = [
    "internationalization_of_everything failed at step SG.",
    "",
    "Connection refused",
    "scikit: sk-learn-style-estimators-are-fine",
    "task-abcDEF0123456789abcdefgh risk-abcDEF0123456789abcdefgh",
    "max_tokens=4096, total_tokens: 163, next_token=abc",
    "Unexpected token: }, special token='<eos>'",
    "SyntaxError: Unexpected token < in JSON at position 0",
    "KeyError: 'name' primary key=12",
    "Bearer token is required, see Bearer authentication",
    "basic authentication failed; basic windows10 setup",
    "https://host.example/a@b?x=1 and git+ssh://git@github.com/a/b",
    "password=None token=null secret=''",
    "password: must be longer than eight characters",
    '{"token": "Invalid token."}',
    "instance 2aa9c7f0-4a0e-4a3c-9a3d-1f2e3d4c5b6a in org.apache.hadoop.mapreduce",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "password=[redacted:password]",
]


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_comes_back_as_the_same_object(text: str) -> None:
    assert redact(text) is text


FRAGMENTS = st.sampled_from(
    [
        f"sk-{RANDOM}", "sk-", f"ghp_{RANDOM}", "AKIAABCDEFGHIJKLMNOP", "eyJhbGciOiJIUzI1", ".", "password",
        "token", "api_key", "secret", "key", "cookie", "=", ":", " ", '"', "'", "\\", "\\n", "Bearer ", "Basic ",
        "dXNlcjpwYXNz", "://", "@", "user:", "/", "-----BEGIN", "-----END", " PRIVATE KEY-----", "\n", "\x00",
        "\ud800", "é", "İ", ";", "hunter2x", "SG.", "ya29.", "[redacted:token]", "[redacted:", "]",
        "hooks.slack.com/services/", "-", "_", "x9", "%22", "%3D", "&quot;", "&amp;", "\\u0022", "%0A",
        "Authorization", "Digest ", 'a="b1"', ",", "<", ">", "(", ")", "[", "auth", "pw", "sig", "?", "&", "#",
        "curl -u ", "/hooks/", "\u200b", "MIIEpAIBAAKCAQEA", "--", "name", "value", "T3BlbkFJ", "c2st", "1//0",
        "Q~", "|", "~", f"{RANDOM[:24]}.{RANDOM[:6]}.{RANDOM}", "Private-Lines: 1", "SecretStr(", "is ",
        "12345678", "session=a1b2c3", "x-api-key", "\r\n\r\n", "eyJ", "host",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(st.characters()), st.lists(FRAGMENTS, max_size=16).map("".join))


@given(TEXTS)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) is once


@given(
    st.text(max_size=20),
    st.sampled_from(" (\"'=\n,é"),
    st.sampled_from([" ", ")", '"', "\n", ""]),
    st.text(max_size=20),
)
def test_a_key_is_gone_whatever_stands_around_it(head: str, before: str, after: str, tail: str) -> None:
    assert f"sk-proj-{RANDOM}" not in redact(f"{head}{before}sk-proj-{RANDOM}{after}{tail}")


@pytest.mark.parametrize(
    ("key", "text", "redacted"),
    [
        ("http.request.header.authorization", "opaque", "[redacted:token]"),
        ("password", "x", "[redacted:password]"),
        ("password", "", ""),
        ("password", "[redacted:token]", "[redacted:token]"),
        ("gen_ai.usage.input_tokens", "12", "12"),
        ("note", f"use sk-{RANDOM}", "use [redacted:api-key]"),
        ("", f"use sk-{RANDOM}", "use [redacted:api-key]"),
    ],
)
def test_under_a_secrets_name_the_whole_text_is_redacted(key: str, text: str, redacted: str) -> None:
    assert redact_named(text, key) == redacted == redact_named(redacted, key)


@pytest.mark.parametrize(
    "part",
    [
        "sk-", f"sk-{RANDOM} ", "password=", "password='", 'token="x', "://a:b@", "://", "eyJaaaaaaaaaaaaa.", "Bearer ",
        "basic a", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", 'key\\"', "secret=[redacted:", "api_key:", "key ",
        'pwd="\\', "cookie:", "api_key: ", "token ", "token\\", "auth=", "authorization:$", "a:b@", "@",
        "%22", "&quot;", "a-",
        "\\u0022", "x_sk-", "-----END PRIVATE KEY-----", "MIIa\n-----END", "/hooks/", "authorization: x ", "'token',",
        "1.a2B3c4D5e6F7g8H9i0J1k2L3.", "pw=(", "<pw>", "A3-", "password: \n", "\u200bpassword=x ", "authorization=a ",
    ],
)  # fmt: skip
def test_hostile_repetition_costs_no_more_than_its_length(part: str) -> None:
    """Would not end in the life of a test run if any step were quadratic."""
    redact(part * (200_000 // len(part)))
