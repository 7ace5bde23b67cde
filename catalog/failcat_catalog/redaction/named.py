"""Redaction of a value by the name of its attribute or field."""

from __future__ import annotations

from functools import lru_cache

from failcat_catalog.redaction.marks import mark
from failcat_catalog.redaction.names import Name, Proof, is_count, name_of_key
from failcat_catalog.redaction.scan import redact
from failcat_catalog.redaction.values import is_secret, is_uuid

_LINKS = ("dsn", "connection_string", "connectionstring", "webhook_url", "webhook")
"""Last parts of the names of links that are secret as a whole when they are not made of parts that `redact` knows."""
_MCP_SESSION = "mcp.session.id"  # who has it may take the session over
_SESSIONS = ("session_id", "sessionid")  # of web servers; those of conversations are names or UUIDs
_MAX_CACHED_CHARS = 256


def redact_named(text: str, key: str) -> str:
    """`text` without secrets; under a secret's name the whole text is replaced, unless it cannot be one. Idempotent."""
    name = _name(key)
    if name and is_secret(text, name.kind, name.proof) and not (name.proof is Proof.RANDOM and is_uuid(text)):
        return mark(name.kind)
    return redact(text)


def mark_of_number(key: str) -> str:
    """The mark that replaces a number under this key; empty if it stays: tokens are counted, passwords are not."""
    name = _name(key)
    return mark(name.kind) if name and name.proof < Proof.RANDOM and not is_count(name.kind) else ""


def is_secret_name(key: str) -> bool:
    """Whether values under this key are secrets, also those of maps and lists under it."""
    name = _name(key)
    return name is not None and name.proof is Proof.NAME


def _name(key: str) -> Name | None:
    return _cached_name(key) if len(key) <= _MAX_CACHED_CHARS else _cached_name(key[-_MAX_CACHED_CHARS:])


@lru_cache(maxsize=4_096)
def _cached_name(key: str) -> Name | None:
    """Names repeat from failure to failure."""
    if key.endswith(_MCP_SESSION):
        return Name(len(key), "token", Proof.NAME)
    if key.endswith(_SESSIONS):
        return Name(len(key), "token", Proof.RANDOM)
    if key.lower().endswith(_LINKS):
        return Name(len(key), "secret", Proof.RANDOM)
    return name_of_key(key)
