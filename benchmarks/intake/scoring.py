"""Which stored row answers which expected one, and how many of their columns are right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.intake.cases import Case, Expected
from benchmarks.quality import ANSWERS

COLUMNS = {
    "code": ("catalog_entry_id", "error_code", "is_retryable"),
    "agent": ("agent_name",),
    "run": ("run_id",),
    "skill": ("skill_id",),
    "other": ("error_message", "error_type", "caused_by", "service_name", "context", "model", "service_version"),
}
"""The columns of the table, and those of `failure_matches` that they count."""

_WORD = re.compile(r"[^\s(),;]+")
_REFUSED = re.compile(r"\bnot (?:\w+ )?([A-Z_]{3,})")
_ANYTHING = ("another code", "the row of")

Row = Mapping[str, Any]


@dataclass
class Score:
    """Of one instrumentation, or of all."""

    told: int = 0
    rows: int = 0
    lost: int = 0
    doubled: int = 0  # more rows than failures, where there are failures
    false: int = 0  # rows where nothing failed
    right: Counter[str] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.told += other.told
        self.rows += other.rows
        self.lost += other.lost
        self.doubled += other.doubled
        self.false += other.false
        self.right += other.right
        self.checked += other.checked
        self.wrong += other.wrong


def score(case: Case, rows: Sequence[Row], answers: Sequence[str]) -> Score:
    """`answers` are the bodies that the requests were answered with."""
    counted = [row for row in rows if not (case.tolerates_low and row["severity"] == "LOW")]
    if case.wants_word:
        is_told = bool(counted) or any("essage" in answer for answer in answers)
        return Score(wrong=[] if is_told else [f"no word: answers {list(answers)}"])
    told, surplus = len(case.rows), max(0, len(counted) - case.most)
    scored = Score(told, len(counted), lost=max(0, told - len(counted)))
    for expected, row in _paired(case.rows, counted):
        _compare(expected, row, scored)
    if scored.lost:
        scored.wrong.append(f"lost {scored.lost} of {told}")
    if surplus:
        scored.doubled, scored.false = (surplus, 0) if told else (0, surplus)
        scored.wrong.append(f"{surplus} more than told: " + "; ".join(map(_brief, counted)))
    return scored


def _compare(expected: Expected, row: Row | None, scored: Score) -> None:
    for column, names in COLUMNS.items():
        checked = [name for name in names if name in expected]
        scored.checked[column] += bool(checked)
        if row is None:
            continue
        wrong = [name for name in checked if not fits(expected[name], row.get(name))]
        scored.right[column] += bool(checked) and not wrong
        scored.wrong += [f"{name}: expected {expected[name]!r}, got {str(row.get(name))[:200]!r}" for name in wrong]


def fits(expected: object, actual: object) -> bool:
    """Whether a column is what was expected. A text may name alternatives (`A or B`, `A (or B_…)`), what it must not
    be (`not A`), or a part of a longer text. A finer or coarser code of the same family is an alternative, too."""
    if expected == actual or actual is None or not isinstance(expected, str):
        return expected == actual
    text = str(actual)
    if expected.startswith("without "):
        return expected.removeprefix("without ") not in text
    if text in _REFUSED.findall(expected):
        return False
    return (
        _is_relative(expected, text)
        or (" " in expected and expected in text)
        or expected.startswith("not ")
        or any(words in expected for words in _ANYTHING)
        or ("U+FFFD" in expected and "\ufffd" in text)
        or ("or " in expected and any(_is_alternative(word, text) for word in _WORD.findall(expected)))
    )


def _is_alternative(word: str, text: str) -> bool:
    return _is_relative(word, text) or word == text or (word.endswith("...") and text.startswith(word.rstrip(".")))


def _is_relative(code: str, other: str) -> bool:
    """Whether two codes are of one family."""
    return any({code, other} <= codes for codes in ANSWERS.values())


def _paired(expected: Sequence[Expected], rows: Sequence[Row]) -> list[tuple[Expected, Row | None]]:
    """Each expected row with the stored one that fits it best; None where no row is left."""
    left: list[Row] = list(rows)
    pairs: list[tuple[Expected, Row | None]] = []
    for wanted in sorted(expected, key=len, reverse=True):
        best = max(left, key=lambda row: _fitting(wanted, row)) if left else None
        if best is not None:
            left.remove(best)
        pairs.append((wanted, best))
    return pairs


def _fitting(wanted: Expected, row: Row) -> int:
    """What is exactly as expected counts twice."""
    return sum(fits(value, row.get(name)) + (value == row.get(name)) for name, value in wanted.items())


def _brief(row: Row) -> str:
    return f"{row['catalog_entry_id'] or row['error_code']} {(row['error_message'] or '')[:60]!r} in {row['skill_id']}"
