"""Which batch the process died of."""

from pathlib import Path

import pytest

from failcat_sidecar.spool import attempts as module
from failcat_sidecar.spool.attempts import MAX_GIVEN_UP, NAME, AttemptsFile
from failcat_sidecar.spool.types import Position

FIRST, SECOND, THIRD = Position(1, 100), Position(1, 200), Position(2, 100)


def test_nothing_is_suspect_at_first_nor_after_a_death_while_waiting(tmp_path: Path) -> None:
    attempts = AttemptsFile(tmp_path)
    assert not attempts.suspects(FIRST)
    attempts.mark(FIRST, THIRD)
    attempts.unmark()
    assert not any(AttemptsFile(tmp_path).suspects(position) for position in (FIRST, SECOND, THIRD))


def test_all_batches_that_were_marked_at_a_death_are_suspect_and_none_is_blamed(tmp_path: Path) -> None:
    AttemptsFile(tmp_path).mark(FIRST, SECOND)
    attempts = AttemptsFile(tmp_path)
    assert [attempts.suspects(position) for position in (FIRST, SECOND, THIRD)] == [True, True, False]
    assert [attempts.crashes(position) for position in (FIRST, SECOND)] == [0, 0]


def test_a_batch_tried_alone_is_blamed_once_for_each_crash(tmp_path: Path) -> None:
    for crashes in range(4):
        attempts = AttemptsFile(tmp_path)
        assert attempts.crashes(SECOND) == crashes
        attempts.mark(FIRST, FIRST)  # what comes before it is replayed each time
        attempts.unmark()
        attempts.done(FIRST)
        attempts.mark(SECOND, SECOND)


def test_a_death_while_the_suspect_waits_ends_the_count(tmp_path: Path) -> None:
    for _ in range(2):
        AttemptsFile(tmp_path).mark(FIRST, FIRST)
    attempts = AttemptsFile(tmp_path)
    assert attempts.crashes(FIRST) == 2
    attempts.mark(FIRST, FIRST)
    attempts.unmark()
    attempts.mark(FIRST, FIRST)
    assert AttemptsFile(tmp_path).crashes(FIRST) == 3, "it may also kill at a later step"
    attempts.unmark()
    attempts = AttemptsFile(tmp_path)
    assert (attempts.crashes(FIRST), attempts.suspects(FIRST)) == (0, True)


def test_starts_that_reach_no_batch_do_not_count_a_death_again(tmp_path: Path) -> None:
    AttemptsFile(tmp_path).mark(FIRST, FIRST)
    assert [AttemptsFile(tmp_path).crashes(FIRST) for _ in range(3)] == [1, 1, 1]


def test_a_machine_that_went_down_blames_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    AttemptsFile(tmp_path).mark(FIRST, FIRST)
    monkeypatch.setattr(module, "_boot_id", lambda: bytes(range(16)))
    assert not AttemptsFile(tmp_path).suspects(FIRST)


def test_what_was_stored_is_not_suspect_any_more(tmp_path: Path) -> None:
    AttemptsFile(tmp_path).mark(FIRST, SECOND)
    attempts = AttemptsFile(tmp_path)
    attempts.done(FIRST)
    assert attempts.suspects(SECOND)
    attempts.done(SECOND)
    assert not attempts.suspects(SECOND)
    attempts.unmark()
    assert not AttemptsFile(tmp_path).suspects(SECOND)


def test_a_crash_over_another_batch_starts_the_count_anew(tmp_path: Path) -> None:
    AttemptsFile(tmp_path).mark(FIRST, FIRST)
    AttemptsFile(tmp_path).mark(SECOND, SECOND)
    attempts = AttemptsFile(tmp_path)
    assert (attempts.crashes(FIRST), attempts.crashes(SECOND)) == (0, 1)


def test_what_is_given_up_stays_so_and_comes_alone(tmp_path: Path) -> None:
    attempts = AttemptsFile(tmp_path)
    for number in range(MAX_GIVEN_UP + 1):
        attempts.give_up(Position(3, number))
    attempts.mark(SECOND, SECOND)
    attempts = AttemptsFile(tmp_path)
    assert not attempts.is_given_up(Position(3, 0))
    assert all(attempts.is_given_up(Position(3, number)) for number in range(1, MAX_GIVEN_UP + 1))
    assert attempts.suspects(Position(3, MAX_GIVEN_UP))


def test_a_batch_that_is_given_up_leaves_the_mark_of_the_others(tmp_path: Path) -> None:
    attempts = AttemptsFile(tmp_path)
    attempts.mark(FIRST, SECOND)
    attempts.give_up(FIRST)
    assert AttemptsFile(tmp_path).suspects(SECOND)


def test_a_damaged_file_blames_nobody(tmp_path: Path) -> None:
    AttemptsFile(tmp_path).mark(FIRST, FIRST)
    raw = (tmp_path / NAME).read_bytes()
    for length in range(len(raw)):
        (tmp_path / NAME).write_bytes(raw[:length])
        assert not AttemptsFile(tmp_path).suspects(FIRST)
