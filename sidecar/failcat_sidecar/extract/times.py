"""Times of occurrence. Clocks of agents may be wrong by decades; an id keeps the raw time, a row must be findable."""

from __future__ import annotations

EARLIEST_US = 946_684_800_000_000  # 2000-01-01
_DAY_US = 86_400_000_000


def clamped_us(time_unix_nano: int, now_unix_nano: int) -> int:
    """Microseconds since the epoch, within 2000-01-01 and a day from now."""
    latest_us = now_unix_nano // 1_000 + _DAY_US
    time_us = time_unix_nano // 1_000
    return time_us if EARLIEST_US <= time_us <= latest_us else min(max(time_us, EARLIEST_US), latest_us)
