"""Bearer tokens, and the tenant and the permissions of each.

The tokens file has one JSON object a line; empty lines and lines that start with `#` are ignored:

    {"token": "s3cr3t", "tenant": "acme"}
    {"sha256": "<64 hex digits>", "tenant": "acme", "scopes": ["otlp", "admin"]}

`sha256` is the token's hash, so that the file need not contain the token. `tenant` is optional; `scopes` is
["otlp"] when absent. Without a tokens file no token is required, and listeners stay on loopback.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from failcat_sidecar.errors import ConfigurationError, Forbidden, PermanentError, Unauthenticated

TOKENS_FILE = "FAILCAT_TOKENS_FILE"
MAX_FILE_BYTES = 1 << 20
MAX_TOKENS = 1_000  # each request is compared with every one of them


class TokenScope(StrEnum):
    """A permission of a token."""

    OTLP = "otlp"  # send telemetry
    ADMIN = "admin"  # read /metrics


class Principal(NamedTuple):
    """The sender of a request."""

    tenant_id: str | None
    scopes: frozenset[TokenScope]


ANYONE = Principal(tenant_id=None, scopes=frozenset(TokenScope))
"""The sender of every request where no token is required."""


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    token: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9._~+/-]{1,1024}=*\Z")] | None = None  # RFC 6750 §2.1
    sha256: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-fA-F]{64}\Z")] | None = None
    tenant: Annotated[str, msgspec.Meta(min_length=1, max_length=256)] | None = None
    scopes: Annotated[frozenset[TokenScope], msgspec.Meta(min_length=1)] = frozenset({TokenScope.OTLP})

    def digest(self) -> bytes:
        """32 bytes. Raises ValueError unless exactly one of token and sha256 is given."""
        if self.token is not None and self.sha256 is None:
            return sha256(self.token.encode()).digest()
        if self.sha256 is not None and self.token is None:
            return bytes.fromhex(self.sha256)
        raise ValueError("needs either `token` or `sha256`")


class Tokens:
    """The accepted tokens. Only their hashes are stored."""

    def __init__(self, principals: Iterable[tuple[bytes, Principal]]) -> None:
        self._principals = tuple(principals)

    @classmethod
    def load(cls, path: Path) -> Tokens:
        """Raises ConfigurationError, naming file and line, if the file is missing, open to everyone, or wrong."""
        principals: dict[bytes, Principal] = {}
        for number, line in enumerate(_read_private(path).splitlines(), start=1):
            text = line.strip()
            if not text or text.startswith(b"#"):
                continue
            try:
                digest, principal = _parse(text)
                if digest in principals:
                    raise ValueError("the token is already used above")
            except ValueError as error:  # msgspec's errors are ValueErrors and quote no value
                raise ConfigurationError(TOKENS_FILE, f"{path}, line {number}: {error}") from error
            principals[digest] = principal
        if not 1 <= len(principals) <= MAX_TOKENS:
            raise ConfigurationError(TOKENS_FILE, f"{path} must hold 1 to {MAX_TOKENS} tokens")
        return cls(principals.items())

    def replace(self, others: Tokens) -> None:
        """Takes over the tokens of `others`. Requests that are already authorized go on."""
        self._principals = others._principals

    def authenticate(self, header: str | None) -> Principal:
        """The sender that an Authorization header names. Raises Unauthenticated."""
        scheme, _, token = (header or "").strip().partition(" ")
        digest = sha256(token.strip().encode("utf-8", "surrogatepass")).digest()
        found = None
        for known, principal in self._principals:  # to the end: the time must not disclose which token is similar
            if compare_digest(known, digest):
                found = principal
        if found is None or scheme.lower() != "bearer":
            raise Unauthenticated
        return found


def authorize(tokens: Tokens | None, header: str | None, scope: TokenScope) -> Principal:
    """The sender of the request, if its token has `scope`. Raises Unauthenticated or Forbidden."""
    principal = ANYONE if tokens is None else tokens.authenticate(header)
    if scope not in principal.scopes:
        raise Forbidden(f"The token lacks the scope {scope.value}")
    return principal


class Misdirected(PermanentError):
    """The Host header must be localhost, 127.0.0.1 or [::1]; to use another name, set FAILCAT_TOKENS_FILE."""


def check_host(tokens: Tokens | None, host: str | None, *, any_address: bool = False) -> None:
    """Raises Misdirected if no token is required and the Host header names another host. Otherwise a web page whose
    domain was pointed to this host after it was loaded (DNS rebinding) could send requests and read the responses. Such
    a page has a name, so `any_address` accepts every IP address. A client without a Host header is no browser.

    gRPC needs no such check, because browsers speak HTTP/2 over TLS only."""
    if tokens is None and host is not None and not _is_this_host(host, any_address):
        raise Misdirected


@lru_cache(maxsize=32)  # clients send the same few names; the largest header is 8 KiB
def _is_this_host(host: str, any_address: bool) -> bool:
    name, port = _split_port(host.strip().lower())
    return (not port or port.isdecimal()) and (_is_loopback(name) or (any_address and _is_address(name)))


def require_loopback_or_tokens(option: str, host: str, tokens: Tokens | None) -> None:
    """Raises ConfigurationError if `host` is reachable from other hosts and no token is required."""
    if tokens is None and not _is_loopback(host):
        raise ConfigurationError(
            option, f"{host or 'all addresses'} can be reached from other hosts; set {TOKENS_FILE} or use 127.0.0.1"
        )


def cannot_listen(option: str, host: str, port: int, error: OSError) -> ConfigurationError:
    """The error of a listener that cannot start. The event loop's own text repeats the address."""
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
    return ConfigurationError(option, f"cannot listen on {host}:{port}: {reason}")


def _split_port(host: str) -> tuple[str, str]:
    """The name or address, without brackets, and the port or an empty text."""
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        return name, port.removeprefix(":")
    name, _, port = host.partition(":")
    return name, port


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _parse(line: bytes) -> tuple[bytes, Principal]:
    """Raises ValueError."""
    entry = msgspec.json.decode(line, type=_Line)
    if entry.tenant is not None and not entry.tenant.isprintable():
        raise ValueError("`tenant` must be printable text")
    return entry.digest(), Principal(tenant_id=entry.tenant, scopes=entry.scopes)


def _read_private(path: Path) -> bytes:
    """The file's content. Raises ConfigurationError, also if other users of the host can read or write it."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(TOKENS_FILE, f"{path}: {error.strerror}") from error
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise ConfigurationError(TOKENS_FILE, f"{path} is open to every user of this host; run: chmod 600 {path}")
    if len(content) > MAX_FILE_BYTES:
        raise ConfigurationError(TOKENS_FILE, f"{path} is larger than {MAX_FILE_BYTES} bytes")
    return content
