"""How often each group occurred in each hour: counted here from the rows that were really inserted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from failcat_catalog.signature import template
from failcat_storage.records import FailureRecord

MICROSECONDS_PER_HOUR = 3_600_000_000
MAX_SAMPLES = 3
MAX_TITLE_CHARACTERS = 200


@dataclass(slots=True)
class GroupHour:
    """One group in one hour; a row of `failure_group_hours`, and what a new row of `failure_groups` starts with."""

    tenant_id: str  # empty for none: the column is part of a key
    signature: str
    hour: int  # hours since the Unix epoch
    title: str
    first_seen_us: int
    last_seen_us: int
    occurrences: int = 0
    samples: list[bytes] = field(default_factory=list)  # ids of failures, 16 bytes each


def count_hours(failures: Iterable[FailureRecord]) -> list[GroupHour]:
    """Sorted by key, because all writers must lock counters in one order."""
    counted: dict[tuple[str, str, int], GroupHour] = {}
    for failure in failures:
        occurred_at_us = failure.occurred_at_us
        key = (failure.tenant_id or "", failure.signature, occurred_at_us // MICROSECONDS_PER_HOUR)
        group = counted.get(key)
        if group is None:
            group = counted[key] = GroupHour(*key, _title(failure), occurred_at_us, occurred_at_us)
        group.occurrences += 1
        group.first_seen_us = min(group.first_seen_us, occurred_at_us)
        group.last_seen_us = max(group.last_seen_us, occurred_at_us)
        if len(group.samples) < MAX_SAMPLES:
            group.samples.append(failure.id)
    return [counted[key] for key in sorted(counted)]


def _title(failure: FailureRecord) -> str:
    """What the group's messages have in common."""
    kind = failure.error_type or failure.error_code
    common = " ".join(template(failure.error_message or "").split())
    return f"{kind}: {common}"[:MAX_TITLE_CHARACTERS] if common else kind[:MAX_TITLE_CHARACTERS]
