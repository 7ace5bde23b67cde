"""Whether a refusal may be a record's fault, so that it is worth looking for the record."""

from __future__ import annotations

from failcat_storage.errors import RefusedData, UnexplainedRefusal

TRIES = 4
"""So often a batch is tried whole when nobody knows the error: it may pass. With the writer's pauses about a second."""

MAX_KNOWN = 100
UNKNOWN_REASON = "refused_unknown"

Refusal = RefusedData | UnexplainedRefusal


class Blame:
    """Remembers which unknown errors turned out to be a record's."""

    def __init__(self) -> None:
        self._tries = 0  # in a row that ended with an unknown error
        self._known: set[str] = set()  # SQLSTATEs

    def may_be_a_records(self, refusal: Refusal) -> bool:
        if isinstance(refusal, RefusedData) or refusal.sqlstate in self._known:
            return True
        self._tries += 1
        return self._tries >= TRIES

    def is_a_records(self, refusal: Refusal) -> None:
        """It was, and comes sooner the next time."""
        if isinstance(refusal, UnexplainedRefusal) and len(self._known) < MAX_KNOWN:
            self._known.add(refusal.sqlstate)

    def nothing(self) -> None:
        """A whole call ended well."""
        self._tries = 0


def reason_of(refusal: Refusal) -> str:
    return refusal.reason if isinstance(refusal, RefusedData) else UNKNOWN_REASON
