"""A failure's id: a UUID in the version-7 layout that depends on the failure alone.

A client's retry, a Collector's replay and a replay of the spool give the same id, so inserts are idempotent; its
leading 48 bits of milliseconds give order and partition. Clock, tenant and catalog version do not enter it; between
tenants see `id_of_tenant`. Layout: RFC 9562 §5.7; the random bits are a BLAKE2b hash.
"""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

MAX_MILLISECONDS = (1 << 48) - 1
ZERO_TRACE_ID = bytes(16)
ZERO_SPAN_ID = bytes(8)


def failure_id(time_unix_nano: int, trace_id: bytes, span_id: bytes, ordinal: int | bytes) -> bytes:
    """16 bytes. `ordinal` distinguishes failures of one span: the event's index in its span, or a hash for a log
    record. The time is only bounded to 48 bits: clamping it to a clock would change the id on a retry."""
    suffix = ordinal.to_bytes(4, "big") if isinstance(ordinal, int) else ordinal
    return _uuid7(time_unix_nano, trace_id + span_id + suffix)


def content_id(time_unix_nano: int, content: bytes) -> bytes:
    """16 bytes, for a failure without valid trace and span ids: identity from its raw content, before redaction."""
    return _uuid7(time_unix_nano, content)


def id_of_tenant(failure_id: bytes, tenant_id: str) -> bytes:
    """16 bytes of the same millisecond: where a tenant's failure is stored when another tenant holds its id."""
    time_unix_nano = int.from_bytes(failure_id[:6], "big") * 1_000_000
    return _uuid7(time_unix_nano, failure_id + tenant_id.encode("utf-8", "surrogatepass"))


def content_hash(*parts: str | bytes) -> bytes:
    """An 8-byte hash of the parts in order; the ordinal of a log record."""
    digest = blake2b(digest_size=8)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.digest()


def has_context(trace_id: bytes, span_id: bytes) -> bool:
    """Whether both ids are valid in the sense of W3C Trace Context: right length and not all zero."""
    return len(trace_id) == 16 and len(span_id) == 8 and trace_id != ZERO_TRACE_ID and span_id != ZERO_SPAN_ID


def uuid_text(raw: bytes) -> str:
    """The canonical text form of 16 raw bytes."""
    return str(UUID(bytes=raw))


def _uuid7(time_unix_nano: int, content: bytes) -> bytes:
    milliseconds = min(max(time_unix_nano, 0) // 1_000_000, MAX_MILLISECONDS)
    tail = bytearray(blake2b(content, digest_size=10).digest())
    tail[0] = 0x70 | (tail[0] & 0x0F)  # version 7
    tail[2] = 0x80 | (tail[2] & 0x3F)  # RFC 9562 variant
    return milliseconds.to_bytes(6, "big") + bytes(tail)
