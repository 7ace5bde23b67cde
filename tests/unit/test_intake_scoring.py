"""The table of benchmarks.intake: what a column may be, and what is lost, doubled and false."""

from __future__ import annotations

import pytest
from benchmarks.intake.cases import case
from benchmarks.intake.scoring import Row, fits, score

FITS = [
    ("RATE_LIMITED", "RATE_LIMITED", True),
    ("RATE_LIMITED", None, False),
    (None, None, True),
    (None, "HTTP_5XX", False),
    (True, False, False),
    ("CONNECTION_FAILED (or REDIS_...)", "REDIS_CONNECTION_FAILED", True),
    ("CONNECTION_FAILED (or REDIS_...)", "TIMEOUT", False),
    ("CONNECTION_FAILED (or REDIS_...)", "CONNECTION_REFUSED", True),
    ("CONNECTION_FAILED", "CONNECTION_REFUSED", True),
    ("not UNKNOWN_ERROR", "UNKNOWN_ERROR", False),
    ("not UNKNOWN_ERROR", "ValueError", True),
    ("LLM_ERROR or another code, not error_code UNKNOWN_ERROR", "UNKNOWN_ERROR", False),
    ("LLM_ERROR or another code, not error_code UNKNOWN_ERROR", "TIMEOUT", True),
    ("Request timed out or interrupted.", "Request timed out or interrupted. See the manual.", True),
    ("without mlflow.spanInputs", '{"mlflow.spanInputs": 1}', False),
    ("with U+FFFD", "caf\ufffd", True),
    ("the row of B", None, False),
]


@pytest.mark.parametrize(("expected", "actual", "answer"), FITS)
def test_a_column_fits_what_was_expected(expected: object, actual: object, answer: bool) -> None:
    assert fits(expected, actual) is answer


def row(code: str = "TIMEOUT", severity: str = "HIGH") -> Row:
    return {"catalog_entry_id": code, "error_code": code, "severity": severity, "error_message": None, "skill_id": None}


ONE = {"rows": [{"catalog_entry_id": "TIMEOUT"}]}
SCORES = [  # what is expected, the rows, then lost, doubled, false, right codes
    (ONE, [row()], (0, 0, 0, 1)),
    (ONE, [row("HTTP_5XX")], (0, 0, 0, 0)),
    (ONE, [], (1, 0, 0, 0)),
    (ONE, [row("HTTP_5XX"), row()], (0, 1, 0, 1)),
    ({"rows": []}, [row()], (0, 0, 1, 0)),
    ({"rows": "none, or LOW"}, [row(severity="LOW")], (0, 0, 0, 0)),
    ({"rows": "none, or LOW"}, [row()], (0, 0, 1, 0)),
    ({"row_count": "1 (or one an attempt)"}, [row(), row()], (0, 0, 0, 0)),
    ({"rows": 2}, [row()], (1, 0, 0, 0)),
]


@pytest.mark.parametrize(("expect", "rows", "answer"), SCORES)
def test_rows_are_scored(expect: object, rows: list[Row], answer: tuple[int, ...]) -> None:
    scored = score(case("", "", (), expect), rows, [])
    assert (scored.lost, scored.doubled, scored.false, scored.right["code"]) == answer


def test_the_row_that_is_exactly_as_expected_is_taken_first() -> None:
    expect = {"rows": [{"error_message": "limit reached"}, {"error_message": "with U+FFFD"}]}
    rows = [{**row(), "error_message": text} for text in ("limit reached\ufffd", "limit reached")]
    assert score(case("", "", (), expect), rows, []).wrong == []


def test_words_may_answer_instead_of_a_row() -> None:
    wanted = case("", "", (), "a word")
    assert score(wanted, [], ["{}"]).wrong
    assert not score(wanted, [], ['{"partialSuccess":{"errorMessage":"nothing was found"}}']).wrong
