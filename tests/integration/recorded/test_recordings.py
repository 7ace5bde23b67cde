"""What instrumentations sent of a fake provider's answers: each failure is one row, with its code and its model."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from benchmarks.intake.cases import recorded_case
from benchmarks.intake.scoring import score
from tests.integration.recorded.test_recorded import deduplicated

RECORDINGS = sorted((Path(__file__).parents[2] / "data" / "recordings").glob("*.json"))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_each_failure_of_a_recording_is_one_row(path: Path) -> None:
    case = recorded_case(path)
    (request,) = case.requests
    rows = [msgspec.structs.asdict(row) for row in deduplicated(request.body)]
    scored = score(case, rows, [])
    assert (scored.wrong, len(rows) <= case.most) == ([], True)
