"""Recovery outcomes that are lost because they are not valid, gathered for the request that brought them.

An outcome that is not valid is no candidate for the later stages, but its sender must learn of it. The request's task
opens a gathering, whatever extracts on its behalf adds to it, and without one nothing is gathered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from failcat_sidecar.extract.recovery import Invalid


@dataclass(slots=True)
class InvalidRecoveries:
    """Those of one request."""

    reasons: Counter[Invalid] = field(default_factory=Counter)
    lost_items: int = 0  # spans and log records of which nothing is kept, because they told nothing else

    @property
    def message(self) -> str:
        """For the sender."""
        count, rules = self.reasons.total(), "; ".join(reason.rule for reason in self.reasons)
        return f"{count} recovery outcome{'s are' if count > 1 else ' is'} not valid and not stored: {rules}"


_gathered: ContextVar[InvalidRecoveries | None] = ContextVar("invalid_recoveries", default=None)


@contextmanager
def gathered_invalid_recoveries() -> Iterator[InvalidRecoveries]:
    """What is found invalid while the block runs, in its task and those that it starts."""
    found = InvalidRecoveries()
    token = _gathered.set(found)
    try:
        yield found
    finally:
        _gathered.reset(token)


def add_invalid_recovery(reason: Invalid, *, is_item_lost: bool) -> None:
    """Called for each; `is_item_lost` when its span or log record tells nothing else."""
    found = _gathered.get()
    if found is not None:
        found.reasons[reason] += 1
        found.lost_items += is_item_lost
