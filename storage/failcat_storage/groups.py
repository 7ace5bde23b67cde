"""How often each group occurred in each hour: counted here from the rows that were really inserted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from failcat_catalog.signature import name_template, template
from failcat_catalog.text import printable
from failcat_core.records import FailureRecord

MICROSECONDS_PER_HOUR = 3_600_000_000
MAX_SAMPLES = 3
MAX_TITLE_CHARACTERS = 200
MAX_TITLES = 4_096


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


class Titles:
    """Titles of the groups that were counted lately: what a group's messages have in common follows from its signature
    and takes longer to find than everything else here."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, failure: FailureRecord) -> str:
        kind = failure.error_type or failure.error_code
        key = (failure.signature, kind)
        if key not in self._known:
            if len(self._known) == MAX_TITLES:
                self._known.clear()
            self._known[key] = _title(kind, failure)
        return self._known[key]


def count_hours(failures: Iterable[FailureRecord], titles: Titles) -> list[GroupHour]:
    """Sorted by key, because all writers must lock counters in one order."""
    counted: dict[tuple[str, str, int], GroupHour] = {}
    for failure in failures:
        occurred_at_us = failure.occurred_at_us
        key = (failure.tenant_id or "", failure.signature, occurred_at_us // MICROSECONDS_PER_HOUR)
        group = counted.get(key)
        if group is None:
            group = counted[key] = GroupHour(*key, titles.of(failure), occurred_at_us, occurred_at_us)
        group.occurrences += 1
        if occurred_at_us < group.first_seen_us:
            group.first_seen_us = occurred_at_us
        elif occurred_at_us > group.last_seen_us:
            group.last_seen_us = occurred_at_us
        if len(group.samples) < MAX_SAMPLES:
            group.samples.append(failure.id)
    return [counted[key] for key in sorted(counted)]


def _title(kind: str, failure: FailureRecord) -> str:
    """Without a message, the place: it is what the signature is made of."""
    if failure.error_message:
        title = f"{kind}: {' '.join(template(failure.error_message).split())}"
    else:
        title = " ".join(filter(None, (kind, *_place(failure))))
    return printable(title)[:MAX_TITLE_CHARACTERS]


def _place(failure: FailureRecord) -> Iterator[str]:
    context = failure.context_values()
    if name := context.get("span_name") or context.get("event_name"):
        yield f"in {name_template(str(name))}"
    if failure.service_name:
        yield f"of {failure.service_name}"
