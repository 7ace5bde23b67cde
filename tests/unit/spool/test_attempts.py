"""Which batch the process died of."""

from pathlib import Path

from failcat_sidecar.spool.attempts import NAME, Attempts
from failcat_sidecar.spool.types import Position

FIRST, SECOND, THIRD = Position(1, 100), Position(1, 200), Position(2, 100)


def test_nothing_is_suspect_at_first_nor_after_a_finished_attempt(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path)
    assert not attempts.suspects(FIRST)
    attempts.begin(FIRST, THIRD)
    attempts.finish()
    assert not any(Attempts(tmp_path).suspects(position) for position in (FIRST, SECOND, THIRD))


def test_all_batches_of_an_attempt_that_ended_in_a_crash_are_suspect_and_none_is_blamed(tmp_path: Path) -> None:
    Attempts(tmp_path).begin(FIRST, SECOND)
    attempts = Attempts(tmp_path)
    assert [attempts.suspects(position) for position in (FIRST, SECOND, THIRD)] == [True, True, False]
    assert [attempts.crashes(position) for position in (FIRST, SECOND)] == [0, 0]


def test_a_batch_tried_alone_is_blamed_once_for_each_crash(tmp_path: Path) -> None:
    for crashes in range(4):
        attempts = Attempts(tmp_path)
        assert attempts.crashes(SECOND) == crashes
        attempts.begin(FIRST, FIRST)  # what comes before it is replayed each time
        attempts.finish()
        attempts.begin(SECOND, SECOND)


def test_a_crash_over_another_batch_starts_the_count_anew(tmp_path: Path) -> None:
    Attempts(tmp_path).begin(FIRST, FIRST)
    Attempts(tmp_path).begin(SECOND, SECOND)
    attempts = Attempts(tmp_path)
    assert (attempts.crashes(FIRST), attempts.crashes(SECOND)) == (0, 1)


def test_a_damaged_file_blames_nobody(tmp_path: Path) -> None:
    Attempts(tmp_path).begin(FIRST, FIRST)
    raw = (tmp_path / NAME).read_bytes()
    for length in range(len(raw)):
        (tmp_path / NAME).write_bytes(raw[:length])
        assert not Attempts(tmp_path).suspects(FIRST)
