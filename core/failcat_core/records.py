"""The records that the spool carries and PostgreSQL stores, one struct per kind.

Encoded as msgpack maps with a `kind` tag, so that any language can read a spool and a new field with a default does not
break an old reader. Times are integers in microseconds since the Unix epoch; ids are 16 raw bytes.
"""

from __future__ import annotations

from typing import Any

import msgspec


class ReportDetails(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The columns that any report of a failure may fill: the first one that has a value gives it."""

    error_message: str | None = None
    error_type: str | None = None
    skill_id: str | None = None
    step_index: int | None = None
    agent_name: str | None = None
    model: str | None = None
    service_name: str | None = None


class FailureRecord(ReportDetails, tag_field="kind", tag="failure", kw_only=True, omit_defaults=True):
    """One failure, classified: a row of `failure_matches`, of a single span or log record or of several that report it.
    The spool carries one for each report. Texts are redacted, cut and storable."""

    id: bytes  # 16 bytes, UUID version-7 layout, see failcat_catalog.identity
    report_id: bytes | None = None  # of the span or log record, when the agent gave its failure another one's id
    run_id: str
    error_code: str
    signature: str
    occurred_at_us: int  # clamped to what is plausible; the id keeps the raw time
    catalog_version: str
    tenant_id: str | None = None
    service_version: str | None = None  # of service_name, so that no later report of another service fills it
    token_tenant: str | None = None  # of the sender's token; empty for a token without one, None without tokens
    catalog_entry_id: str | None = None  # None is a miss
    match_type: str = "unknown"
    match_rule: str | None = None
    confidence_score: float = 0.0
    category: str | None = None
    severity: str | None = None
    is_retryable: bool = False
    recovery_mode: str | None = None
    recovery_suggestion: str | None = None
    trace_id: bytes | None = None  # 16 bytes
    span_id: bytes | None = None  # 8 bytes
    parent_span_id: bytes | None = None  # 8 bytes
    caused_by: bytes | None = None  # id of the failure that led to this one
    context: str | dict[str, Any] = "{}"  # JSON: attributes, stack trace, marks; a map in older spools

    @property
    def own_id(self) -> bytes:
        """Of the span or log record alone."""
        return self.report_id or self.id

    def context_values(self) -> dict[str, Any]:
        """The context as a mapping. Raises one of UNDECODABLE for text that is no JSON object."""
        return _decode_context(self.context) if isinstance(self.context, str) else self.context


class EnrichmentRecord(ReportDetails, tag_field="kind", tag="enrichment", kw_only=True, omit_defaults=True):
    """Details that a later report adds to a stored failure: fills only null columns and absent context keys. Spooled by
    releases before joining; later ones spool every report as a failure."""

    id: bytes  # the row to fill
    member_id: bytes  # the identity that the absorbed member would have had
    member_span_id: bytes | None = None  # with trace_id: so that the memory of recent failures can be rebuilt
    member_parent_span_id: bytes | None = None
    trace_id: bytes | None = None
    tenant_id: str | None = None
    token_tenant: str | None = None  # as a failure's
    context: dict[str, Any] = msgspec.field(default_factory=dict)


class RecoveryRecord(msgspec.Struct, tag_field="kind", tag="recovery", kw_only=True, omit_defaults=True):
    """The outcome of one recovery attempt: a row of `recovery_attempts`, unique by (failure_id, attempt)."""

    failure_id: bytes
    attempt: int
    mode: str
    succeeded: bool
    occurred_at_us: int
    error_code: str | None = None
    tenant_id: str | None = None
    token_tenant: str | None = None  # as a failure's
    trace_id: bytes | None = None
    span_id: bytes | None = None


class LossRecord(msgspec.Struct, tag_field="kind", tag="loss", kw_only=True, omit_defaults=True):
    """Failures that an agent dropped before they reached us: a row of `failure_losses`, unique by `id`."""

    id: bytes  # 16 bytes, of the tenant and the report: a report that comes again counts once
    run_id: str
    dropped: int  # from 1
    occurred_at_us: int  # any time of the hour in which they were dropped; clamped to what is plausible
    tenant_id: str | None = None
    service_name: str | None = None


Record = FailureRecord | EnrichmentRecord | RecoveryRecord | LossRecord

_decode_context = msgspec.json.Decoder(dict[str, Any]).decode

encode = msgspec.msgpack.Encoder().encode
"""list[Record] → one batch as msgpack bytes."""

decode = msgspec.msgpack.Decoder(list[Record]).decode
"""msgpack bytes of one batch → list[Record]. Raises one of UNDECODABLE."""

UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""msgspec raises Python's own errors for text that is not UTF-8 and for endless nesting."""

_FILLING = b"filling"
_FILLER = encode({"kind": "enrichment", "id": bytes(16), "member_id": bytes(16), _FILLING.decode(): b""})
"""A record that adds nothing to a failure that does not exist, with a field that no reader knows."""


def encode_filled(records: list[Record], size_bytes: int) -> bytes:
    """As `encode`, but exactly this long, so that it can take the place of a longer batch. Raises ValueError when it is
    less than about 80 bytes shorter."""
    count = len(records) + 1
    header = bytes([0x90 | count]) if count < 16 else b"\xdd" + count.to_bytes(4, "big")
    start = header + b"".join(map(encode, records)) + _FILLER[: _FILLER.index(_FILLING) + len(_FILLING)] + b"\xc6"
    room = size_bytes - len(start) - 4
    if room < 0:
        raise ValueError(f"{-room} bytes are missing")
    return start + room.to_bytes(4, "big") + bytes(room)
