"""Recovery outcomes and reports of losses that are not valid and so not stored, gathered for the request that brought
them.

An outcome that is not valid is no candidate for the later stages, but its sender must learn of it.
"""

from __future__ import annotations

import msgspec

from failcat_sidecar.extract.recovery import Invalid


class InvalidRecoveries(msgspec.Struct):
    """The invalid outcomes of one request."""

    reasons: dict[Invalid, int] = {}  # how many, by reason
    lost_items: int = 0  # spans and log records of which nothing is kept, because they told nothing else

    def add(self, reason: Invalid, *, is_item_lost: bool) -> None:
        """`is_item_lost` when its span or log record tells nothing else."""
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        self.lost_items += is_item_lost

    def update(self, other: InvalidRecoveries) -> None:
        """Adds those of another part of the request."""
        for reason, count in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count
        self.lost_items += other.lost_items

    @property
    def message(self) -> str:
        """For the sender."""
        count, rules = sum(self.reasons.values()), "; ".join(reason.rule for reason in self.reasons)
        what = "recovery outcome or loss report" if Invalid.LOSS in self.reasons else "recovery outcome"
        return f"{count} {what}{'s are' if count > 1 else ' is'} not valid and not stored: {rules}"
