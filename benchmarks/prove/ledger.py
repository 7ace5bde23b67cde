"""What was acknowledged, held against what PostgreSQL has."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

Failure = tuple[str, str]  # trace id and span id in hex


@dataclass
class Ledger:
    """Failures whose request was acknowledged, and spans that must never become rows of their own."""

    acknowledged: set[Failure] = field(default_factory=set)
    propagated: set[Failure] = field(default_factory=set)
    requests: int = 0

    async def compare(self, database_url: str) -> Verdict:
        connection = await asyncpg.connect(database_url)
        try:
            rows = await connection.fetch("SELECT trace_id, span_id, count(*) AS n FROM failure_matches GROUP BY 1, 2")
            total, grouped = await connection.fetchrow(
                "SELECT (SELECT count(*) FROM failure_matches),"
                " (SELECT coalesce(sum(occurrences), 0) FROM failure_group_totals)"
            )
            quarantined = await connection.fetchval("SELECT count(*) FROM failure_quarantine")
        finally:
            await connection.close()
        stored = {(row["trace_id"], row["span_id"]): row["n"] for row in rows}
        return Verdict(
            acknowledged=len(self.acknowledged),
            lost=len(self.acknowledged - stored.keys()),
            doubled=sum(n > 1 for n in stored.values()),
            parents_stored=len(self.propagated & stored.keys()),
            rows=total,
            group_count=int(grouped),
            quarantined=quarantined,
        )


@dataclass(frozen=True)
class Verdict:
    """The figures of one proof."""

    acknowledged: int
    lost: int
    doubled: int
    parents_stored: int
    rows: int
    group_count: int
    quarantined: int

    @property
    def holds(self) -> bool:
        wrong = self.lost or self.doubled or self.parents_stored or self.quarantined
        return self.acknowledged > 0 and not wrong and self.rows == self.group_count

    def __str__(self) -> str:
        return (
            f"{'HOLDS' if self.holds else 'BROKEN'}: {self.acknowledged} failures acknowledged, {self.lost} lost, "
            f"{self.doubled} doubled, {self.parents_stored} parents stored, {self.rows} rows, "
            f"{self.group_count} counted in groups, {self.quarantined} quarantined"
        )
