"""Times of occurrence. Clocks of agents may be wrong by decades; an id keeps the raw time, a row must be findable."""

from __future__ import annotations

from collections.abc import Iterator

from failcat_sidecar.otlp.model import Item, SpanItem

EARLIEST_US = 946_684_800_000_000  # 2000-01-01
_DAY_US = 86_400_000_000


def ended_unix_nano(item: Item) -> int:
    """Of a span its end, else its start, else the last of its events; of a log record its time. 0 if none is known."""
    if not isinstance(item, SpanItem):
        return item.time_unix_nano
    return item.end_unix_nano or item.start_unix_nano or max((event.time_unix_nano for event in item.events), default=0)


def occurred_us(item: Item, time_unix_nano: int, now_unix_nano: int) -> int:
    """Microseconds since the epoch: the given time if it is plausible, from 2000-01-01 to a day from now; else another
    time of the item; else the bound for a clock that is ahead, and the time of arrival for one that is behind."""
    latest_us = now_unix_nano // 1_000 + _DAY_US
    time_us = time_unix_nano // 1_000
    if EARLIEST_US <= time_us <= latest_us:  # nearly always
        return time_us
    others = (time // 1_000 for time in _times(item))
    bound_us = latest_us if time_us > latest_us else now_unix_nano // 1_000
    return next((other for other in others if EARLIEST_US <= other <= latest_us), bound_us)


def _times(item: Item) -> Iterator[int]:
    if isinstance(item, SpanItem):
        yield from (item.end_unix_nano, item.start_unix_nano)
        yield from (event.time_unix_nano for event in reversed(item.events))
    else:
        yield from (item.time_unix_nano, item.observed_unix_nano)
