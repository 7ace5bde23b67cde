"""The tokens file and what its tokens stand for."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from failcat_sidecar.errors import ConfigurationError, Forbidden, Unauthenticated
from failcat_sidecar.receive.auth import (
    ANYONE,
    MAX_FILE_BYTES,
    MAX_TOKENS,
    Misdirected,
    Principal,
    Tokens,
    TokenScope,
    _is_this_host,
    authorize,
    check_host,
    require_loopback_or_tokens,
)

OTLP = frozenset({TokenScope.OTLP})
BOTH = frozenset(TokenScope)


def load(tmp_path: Path, text: str | bytes, mode: int = 0o600) -> Tokens:
    path = tmp_path / "tokens"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return Tokens.load(path)


@pytest.mark.parametrize(
    ("line", "principal"),
    [
        ('{"token": "s3cr3t"}', Principal(None, OTLP)),
        ('{"token": "s3cr3t", "tenant": "acme"}', Principal("acme", OTLP)),
        ('{"token": "s3cr3t", "tenant": "Ümläut 東京"}', Principal("Ümläut 東京", OTLP)),
        ('{"token": "s3cr3t", "scopes": ["admin"]}', Principal(None, frozenset({TokenScope.ADMIN}))),
        ('{"token": "s3cr3t", "scopes": ["otlp", "admin"]}', Principal(None, BOTH)),
        (f'{{"sha256": "{sha256(b"s3cr3t").hexdigest()}"}}', Principal(None, OTLP)),
        (f'{{"sha256": "{sha256(b"s3cr3t").hexdigest().upper()}", "tenant": "a"}}', Principal("a", OTLP)),
    ],
)
@pytest.mark.parametrize("header", ["Bearer s3cr3t", "bearer s3cr3t", "BEARER  s3cr3t "])
def test_token_stands_for_what_its_line_says(tmp_path: Path, line: str, principal: Principal, header: str) -> None:
    assert load(tmp_path, f"# ours\n\n{line}\n").authenticate(header) == principal


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "s3cr3t", "Basic s3cr3t", "Bearer s3cr3", "Bearer s3cr3tt", "Bearer \udcff"],
)
def test_anything_else_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(Unauthenticated):
        load(tmp_path, '{"token": "s3cr3t"}').authenticate(header)


def test_a_hash_is_not_a_token(tmp_path: Path) -> None:
    digest = sha256(b"s3cr3t").hexdigest()
    with pytest.raises(Unauthenticated):
        load(tmp_path, f'{{"sha256": "{digest}"}}').authenticate(f"Bearer {digest}")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "Input data was truncated"),
        ("[]", "Expected `object`"),
        ("{}", "needs either `token` or `sha256`"),
        (f'{{"token": "a", "sha256": "{"0" * 64}"}}', "needs either `token` or `sha256`"),
        ('{"token": "a b"}', r"\$.token"),
        ('{"token": ""}', r"\$.token"),
        ('{"token": 5}', r"\$.token"),
        ('{"sha256": "abc"}', r"\$.sha256"),
        ('{"token": "a", "tenant": ""}', r"\$.tenant"),
        ('{"token": "a", "tenant": "a\\u0000b"}', "`tenant` must be printable"),
        (f'{{"token": "a", "tenant": "{"x" * 257}"}}', r"\$.tenant"),
        ('{"token": "a", "scopes": []}', r"\$.scopes"),
        ('{"token": "a", "scopes": ["root"]}', r"'root'"),
        ('{"token": "a", "tenat": "x"}', "tenat"),
        ('{"token": "first"}', "already used above"),
    ],
)
def test_wrong_line_is_named_and_its_token_is_not(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^FAILCAT_TOKENS_FILE: .*/tokens, line 2: .*{complaint}") as caught:
        load(tmp_path, f'{{"token": "first"}}\n{line}\n')
    assert "first" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "".join(f'{{"token": "{n}"}}\n' for n in range(MAX_TOKENS + 1))])
def test_number_of_tokens_is_bounded(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError, match="must hold 1 to 1000 tokens"):
        load(tmp_path, text)


def test_huge_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is larger than"):
        load(tmp_path, b"#" * (MAX_FILE_BYTES + 1))


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o666])
def test_file_that_is_open_to_everyone_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(ConfigurationError, match="open to every user of this host; run: chmod 600"):
        load(tmp_path, '{"token": "a"}', mode)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640])
def test_file_of_user_and_group_is_taken(tmp_path: Path, mode: int) -> None:
    load(tmp_path, '{"token": "a"}', mode)


@pytest.mark.parametrize("name", ["missing", "."])
def test_unreadable_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^FAILCAT_TOKENS_FILE: .*(No such file|Is a directory)"):
        Tokens.load(tmp_path / name)


def test_scope_is_required(tmp_path: Path) -> None:
    tokens = load(tmp_path, '{"token": "a"}')
    assert authorize(tokens, "Bearer a", TokenScope.OTLP).scopes == OTLP
    with pytest.raises(Forbidden, match="admin"):
        authorize(tokens, "Bearer a", TokenScope.ADMIN)


def test_without_tokens_anyone_may_do_anything() -> None:
    assert authorize(None, None, TokenScope.ADMIN) is ANYONE
    assert authorize(None, "Bearer whatever", TokenScope.OTLP) is ANYONE


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("", False),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
    ],
)
def test_other_address_than_loopback_needs_tokens(tmp_path: Path, host: str, is_loopback: bool) -> None:
    require_loopback_or_tokens("FAILCAT_ADMIN", host, load(tmp_path, '{"token": "a"}'))
    if is_loopback:
        require_loopback_or_tokens("FAILCAT_ADMIN", host, None)
    else:
        with pytest.raises(ConfigurationError, match=r"^FAILCAT_ADMIN: .* set FAILCAT_TOKENS_FILE"):
            require_loopback_or_tokens("FAILCAT_ADMIN", host, None)


def test_a_host_is_parsed_once_and_hostile_ones_do_not_accumulate() -> None:
    _is_this_host.cache_clear()
    for number in range(1_000):
        check_host(None, "127.0.0.1:4318")
        with pytest.raises(Misdirected):
            check_host(None, f"evil-{number}.example")
    info = _is_this_host.cache_info()
    assert (info.misses, info.currsize) == (1_001, info.maxsize)
