"""One record of every kind, for a transaction that is rolled back: when that is refused, no record is to blame.

They are harmless, and as large and as varied as anything that is stored, so that a column made narrower, an index that
takes only short texts or a trigger that refuses everything shows. A record is quarantined only after such a rehearsal:
a mistake in the schema would otherwise quarantine the whole stream, one row after the other.
"""

from __future__ import annotations

import os
import time

import msgspec

from failcat_catalog.identity import failure_id
from failcat_core.records import EnrichmentRecord, FailureRecord, LossRecord, Record, RecoveryRecord
from failcat_storage.rows import FAILURES

NAME_CHARACTERS = 80  # of three bytes: names hold 256
MESSAGE_CHARACTERS = 2_700  # 8 KiB


def plain_records() -> list[Record]:
    """A failure of now, and all that can be said of it."""
    failure = _failure()
    return [
        failure,
        EnrichmentRecord(id=failure.id, member_id=failure.id, tenant_id=failure.tenant_id, context={"b": "ß"}),
        RecoveryRecord(
            failure_id=failure.id,
            attempt=1,
            mode="RETRY_EXPONENTIAL",
            succeeded=True,
            occurred_at_us=failure.occurred_at_us,
            error_code=failure.error_code,
            tenant_id=failure.tenant_id,
            trace_id=failure.trace_id,
            span_id=failure.span_id,
        ),
        LossRecord(
            id=failure.id,
            run_id=failure.run_id,
            dropped=1,
            occurred_at_us=failure.occurred_at_us,
            tenant_id=failure.tenant_id,
            service_name=failure.service_name,
        ),
    ]


def _failure() -> FailureRecord:
    """Of now; every column is filled, with all kinds of characters and up to its limit."""
    now_ns, trace_id, span_id = time.time_ns(), os.urandom(16), os.urandom(8)
    name, message = _text(NAME_CHARACTERS), _text(MESSAGE_CHARACTERS)
    given = {
        "id": failure_id(now_ns, trace_id, span_id, 0),
        "caused_by": failure_id(now_ns, trace_id, span_id, 1),
        "occurred_at_us": now_ns // 1000,
        "signature": f"v1:{span_id.hex()}",
        "error_message": message,
        "recovery_suggestion": message,
        "match_type": "code",
        "category": "RESOURCE",
        "severity": "MEDIUM",
        "recovery_mode": "RETRY_EXPONENTIAL",
        "context": {"a": message},
        "trace_id": trace_id,
        "span_id": span_id,
        "parent_span_id": os.urandom(8),
    }
    plain = {"TEXT": name, "FLOAT": 0.5, "BOOLEAN": True, "INTEGER": (1 << 31) - 1}
    others = {column.source: plain[column.kind] for column in FAILURES.columns if column.source not in given}
    return msgspec.convert({"kind": "failure", **given, **others}, FailureRecord)


def _text(characters: int) -> str:
    """That no compression makes shorter."""
    drawn = os.urandom(2 * characters)
    chinese = (chr(0x4E00 + int.from_bytes(drawn[at : at + 2]) % 0x5000) for at in range(0, 2 * characters, 2))
    return "é\N{GRINNING FACE}" + "".join(chinese)
