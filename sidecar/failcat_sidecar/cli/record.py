"""A record as one line of JSON, for people and programs."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec

from failcat_core import records

UUID_FIELDS = frozenset({"id", "member_id", "failure_id", "caused_by"})


def as_json(record: records.Record) -> str:
    """Ids as UUIDs, other bytes in hexadecimal. ASCII only, so that a failure's text cannot control a terminal."""
    return json.dumps({key: _readable(key, value) for key, value in _fields(record).items()})


def _fields(record: records.Record) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(bytes,))
    if isinstance(record, records.FailureRecord) and "context" in fields:
        with suppress(*records.UNDECODABLE):
            fields["context"] = record.context_values()
    return fields


def _readable(key: str, value: Any) -> Any:
    """JSON has no bytes; nested values come from attributes and are of any type."""
    if isinstance(value, bytes):
        return str(UUID(bytes=value)) if key in UUID_FIELDS and len(value) == 16 else value.hex()
    if isinstance(value, dict):
        return {str(name): _readable("", item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_readable("", item) for item in value]
    return value
