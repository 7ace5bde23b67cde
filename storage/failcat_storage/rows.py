"""The tables of columns: every column that the writer fills, its type, and the record's field that it comes from.

A new column of `failure_matches` is a migration, a field of FailureRecord and a line in FAILURES. One that later
reports may fill in is a field of ReportDetails instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from asyncpg.pgproto import pgproto

from failcat_core.records import EnrichmentRecord, FailureRecord, LossRecord, RecoveryRecord, ReportDetails
from failcat_storage.groups import MICROSECONDS_PER_HOUR, GroupHour
from failcat_storage.tables import Cell, Column, Table

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_encode_json: Callable[[object], bytes] = msgspec.json.Encoder().encode


def uuid_of(raw: bytes) -> UUID:
    """From 16 bytes, by the driver's own subclass: its constructor takes a tenth of the time."""
    made: UUID = pgproto.UUID(raw)
    return made


def moment(microseconds: int) -> datetime:
    """Raises OverflowError beyond the year 9999."""
    return _EPOCH + microseconds * _MICROSECOND


def hex_text(raw: bytes | None) -> str | None:
    """Lower-case, as people paste ids from traces."""
    return raw.hex() if raw else None


def json_text(document: str | Mapping[str, object]) -> str:
    """JSON in which NaN and infinities are null. A text is JSON already."""
    if isinstance(document, str):
        return document
    return _encode_json(document).decode() if document else "{}"


def _optional_uuid(raw: bytes | None) -> UUID | None:
    return uuid_of(raw) if raw else None


def _start_of_hour(microseconds: int) -> datetime:
    return moment(microseconds - microseconds % MICROSECONDS_PER_HOUR)


def _hour(hours: int) -> datetime:
    return moment(hours * MICROSECONDS_PER_HOUR)


def _uuid_array(ids: list[bytes]) -> str:
    """As text, because unnest would flatten an array of arrays."""
    return "{" + ",".join(each.hex() for each in ids) + "}"


FAILURES: Table[FailureRecord] = Table(
    Column("id", "UUID", convert=uuid_of),
    Column("run_id", "TEXT"),
    Column("tenant_id", "TEXT"),
    Column("error_code", "TEXT"),
    Column("error_message", "TEXT"),
    Column("catalog_entry_id", "TEXT"),
    Column("match_type", "TEXT"),
    Column("confidence_score", "FLOAT"),
    Column("category", "TEXT"),
    Column("severity", "TEXT"),
    Column("is_retryable", "BOOLEAN"),
    Column("recovery_mode", "TEXT"),
    Column("recovery_suggestion", "TEXT"),
    Column("skill_id", "TEXT"),
    Column("step_index", "INTEGER"),
    Column("context", "JSONB", convert=json_text),
    Column("occurred_at", "TIMESTAMPTZ", "occurred_at_us", moment),
    Column("trace_id", "TEXT", convert=hex_text),
    Column("span_id", "TEXT", convert=hex_text),
    Column("service_name", "TEXT"),
    Column("parent_span_id", "TEXT", convert=hex_text),
    Column("agent_name", "TEXT"),
    Column("model", "TEXT"),
    Column("service_version", "TEXT"),
    Column("error_type", "TEXT"),
    Column("signature", "TEXT"),
    Column("match_rule", "TEXT"),
    Column("catalog_version", "TEXT"),
    Column("caused_by", "UUID", convert=_optional_uuid),
)
"""Of `failure_matches`."""

FILLABLE = ReportDetails.__struct_fields__
"""The columns that an enrichment fills while they are null."""

ENRICHMENTS: Table[EnrichmentRecord] = Table(
    FAILURES["id"], FAILURES["tenant_id"], FAILURES["context"], *(FAILURES[name] for name in FILLABLE)
)
"""Also of `failure_matches`."""

RECOVERIES: Table[RecoveryRecord] = Table(
    Column("failure_id", "UUID", convert=uuid_of),
    Column("attempt", "INTEGER"),
    Column("mode", "TEXT"),
    Column("succeeded", "BOOLEAN"),
    Column("occurred_at", "TIMESTAMPTZ", "occurred_at_us", moment),
    Column("error_code", "TEXT"),
    Column("tenant_id", "TEXT"),
    Column("trace_id", "TEXT", convert=hex_text),
    Column("span_id", "TEXT", convert=hex_text),
)
"""Of `recovery_attempts`."""

LOSSES: Table[LossRecord] = Table(
    Column("id", "UUID", convert=uuid_of),
    Column("tenant_id", "TEXT"),
    Column("run_id", "TEXT"),
    Column("service_name", "TEXT"),
    Column("hour", "TIMESTAMPTZ", "occurred_at_us", _start_of_hour),
    Column("dropped", "BIGINT"),
)
"""Of `failure_losses`."""


class MemberRow(msgspec.Struct, gc=False):
    """One report of a failure that has several: a row of `failure_members`."""

    member_id: bytes
    row_id: bytes
    tenant_id: str | None
    trace_id: bytes | None
    report: bytes  # the encoded record, a batch of one


MEMBERS: Table[MemberRow] = Table(
    Column("member_id", "UUID", convert=uuid_of),
    Column("row_id", "UUID", convert=uuid_of),
    Column("tenant_id", "TEXT"),
    Column("trace_id", "TEXT", convert=hex_text),
    Column("report", "BYTEA"),
)
"""Of `failure_members`."""

GROUP_HOURS: Table[GroupHour] = Table(
    Column("tenant_id", "TEXT"),
    Column("signature", "TEXT"),
    Column("hour", "TIMESTAMPTZ", convert=_hour),
    Column("title", "TEXT"),
    Column("first_seen", "TIMESTAMPTZ", "first_seen_us", moment),
    Column("last_seen", "TIMESTAMPTZ", "last_seen_us", moment),
    Column("occurrences", "BIGINT"),
    Column("samples", "TEXT", convert=_uuid_array),
)
"""Of `failure_group_hours`, and of `failure_groups` when a group is new."""

_READ: Mapping[Callable[..., Cell] | None, Callable[[Any], Any]] = {
    None: lambda value: value,
    uuid_of: lambda value: value.bytes,
    _optional_uuid: lambda value: value.bytes,
    moment: lambda value: (value - _EPOCH) // _MICROSECOND,
    hex_text: bytes.fromhex,
    json_text: lambda value: value,
}
"""From what the driver decodes to the record's field, by the column's `convert`."""


def record_of(row: Mapping[str, Any]) -> FailureRecord:
    """The inverse of FAILURES.rows. Raises ValueError for what no writer of ours stores."""
    fields = {
        column.source: _READ[column.convert](row[column.name])
        for column in FAILURES.columns
        if row[column.name] is not None
    }
    return FailureRecord(**fields)


INSERT_FAILURES = FAILURES.query("insert_failures")
ENRICH_FAILURES = ENRICHMENTS.query(
    "enrich_failures",
    first=2,
    filled=", ".join(f"{name} = coalesce(stored.{name}, given.{name})" for name in FILLABLE),
    can_be_filled=" OR ".join(f"stored.{name} IS NULL AND given.{name} IS NOT NULL" for name in FILLABLE),
)
INSERT_RECOVERIES = RECOVERIES.query("insert_recoveries")
INSERT_LOSSES = LOSSES.query("insert_losses")
UPDATE_FAILURES = FAILURES.query(
    "update_failures", assigned=", ".join(f"{name} = given.{name}" for name in FAILURES.names if name != "id")
)
INSERT_MEMBERS = MEMBERS.query("insert_members")
MOVE_MEMBERS = MEMBERS.query("move_members")
COUNT_GROUPS = GROUP_HOURS.query("count_groups", first=2)
