"""Records as rows: which columns the writer fills, and with which Python values, which the driver encodes.

Every function here raises RefusedData when a record has no form that a column takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from asyncpg.pgproto import pgproto

from failcat_core.records import EnrichmentRecord, FailureRecord, LossRecord, RecoveryRecord
from failcat_storage.errors import RefusedData
from failcat_storage.groups import MICROSECONDS_PER_HOUR, GroupHour

COLUMNS = (
    "id",
    "run_id",
    "tenant_id",
    "error_code",
    "error_message",
    "catalog_entry_id",
    "match_type",
    "confidence_score",
    "category",
    "severity",
    "is_retryable",
    "recovery_mode",
    "recovery_suggestion",
    "skill_id",
    "step_index",
    "context",
    "occurred_at",
    "trace_id",
    "span_id",
    "service_name",
    "parent_span_id",
    "agent_name",
    "error_type",
    "signature",
    "match_rule",
    "catalog_version",
    "caused_by",
)
"""In the order of `_failure_row`; sql/insert_failures.sql lists the same."""

Cell = UUID | str | float | bool | int | datetime | None
Row = tuple[Cell, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_encode_json: Callable[[object], bytes] = msgspec.json.Encoder().encode


@contextmanager
def encodable() -> Iterator[None]:
    """Python's own refusals, such as a UUID of 15 bytes, in our terms."""
    try:
        yield
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise RefusedData("unencodable", str(error)) from error


def failure_rows(records: Iterable[FailureRecord]) -> list[Row]:
    """One row of `failure_matches` each, in the order of COLUMNS."""
    with encodable():
        return [_failure_row(record) for record in records]


def enrichment_columns(records: Iterable[EnrichmentRecord]) -> list[list[Cell]]:
    """For sql/enrich_failures.sql."""
    with encodable():
        return columns(_enrichment_row(record) for record in records)


def recovery_columns(records: Iterable[RecoveryRecord]) -> list[list[Cell]]:
    """For sql/insert_recoveries.sql."""
    with encodable():
        return columns(_recovery_row(record) for record in records)


def loss_columns(records: Iterable[LossRecord]) -> list[list[Cell]]:
    """For sql/insert_losses.sql."""
    with encodable():
        return columns(_loss_row(record) for record in records)


def group_columns(groups: Iterable[GroupHour]) -> list[list[Cell]]:
    """For sql/count_groups.sql."""
    with encodable():
        return columns(_group_row(group) for group in groups)


def columns(rows: Iterable[Row]) -> list[list[Cell]]:
    """Rows turned into one array per column, as unnest takes them; at least one row."""
    return [list(column) for column in zip(*rows, strict=True)]


def _failure_row(record: FailureRecord) -> Row:
    return (
        uuid_of(record.id),
        record.run_id,
        record.tenant_id,
        record.error_code,
        record.error_message,
        record.catalog_entry_id,
        record.match_type,
        record.confidence_score,
        record.category,
        record.severity,
        record.is_retryable,
        record.recovery_mode,
        record.recovery_suggestion,
        record.skill_id,
        record.step_index,
        record.context if isinstance(record.context, str) else json_text(record.context),
        moment(record.occurred_at_us),
        hex_text(record.trace_id),
        hex_text(record.span_id),
        record.service_name,
        hex_text(record.parent_span_id),
        record.agent_name,
        record.error_type,
        record.signature,
        record.match_rule,
        record.catalog_version,
        uuid_of(record.caused_by) if record.caused_by else None,
    )


def _enrichment_row(record: EnrichmentRecord) -> Row:
    return (
        uuid_of(record.id),
        record.tenant_id,
        record.error_message,
        record.error_type,
        record.skill_id,
        record.step_index,
        record.agent_name,
        record.service_name,
        json_text(record.context),
    )


def _recovery_row(record: RecoveryRecord) -> Row:
    return (
        uuid_of(record.failure_id),
        record.attempt,
        record.mode,
        record.succeeded,
        moment(record.occurred_at_us),
        record.error_code,
        record.tenant_id,
        hex_text(record.trace_id),
        hex_text(record.span_id),
    )


def _loss_row(record: LossRecord) -> Row:
    hour_us = record.occurred_at_us - record.occurred_at_us % MICROSECONDS_PER_HOUR
    return (
        uuid_of(record.id),
        record.tenant_id,
        record.run_id,
        record.service_name,
        moment(hour_us),
        record.dropped,
    )


def _group_row(group: GroupHour) -> Row:
    return (
        group.tenant_id,
        group.signature,
        moment(group.hour * MICROSECONDS_PER_HOUR),
        group.title,
        moment(group.first_seen_us),
        moment(group.last_seen_us),
        group.occurrences,
        # unnest would flatten an array of arrays
        "{" + ",".join(sample.hex() for sample in group.samples) + "}",
    )


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


def json_text(document: Mapping[str, object]) -> str:
    """JSON in which NaN and infinities are null."""
    return _encode_json(document).decode() if document else "{}"
