"""What the catalog says to wordings that no rule was written from, and to what applications say."""

from __future__ import annotations

import pytest
from benchmarks.quality import ANSWERS
from tests.unit.catalog.unseen import APPLICATIONS, SYSTEMS, THREADS

from failcat_catalog.catalog import Catalog
from failcat_catalog.types import Observation


@pytest.mark.parametrize(
    ("family", "error_type", "message"),
    [(family, *row) for table in (SYSTEMS, THREADS) for family, rows in table.items() for row in rows],
)
def test_a_failure_of_a_known_family_gets_one_of_its_codes(family: str, error_type: str, message: str) -> None:
    match = Catalog.builtin().match(Observation(error_type=error_type, message=message))
    assert match.code in ANSWERS[family], match.rule


PASSING = {"RATE_LIMIT", "OVERLOADED", "SERVER_ERROR", "TIMEOUT", "CONNECTION", "OUTPUT_PARSING", "DB_CONNECTION"}
LASTING = {
    "QUOTA",
    "TLS",
    "AUTH",
    "PERMISSION",
    "NOT_FOUND",
    "INVALID_REQUEST",
    "CONTEXT_LENGTH",
    "LOOP_LIMIT",
    "BUDGET",
}
LASTING |= {"DB_QUERY", "DISK_FULL", "FILESYSTEM", "PROCESS", "CODE_BUG", "IMPORT", "ENCODING", "CHECKPOINT"}


@pytest.mark.parametrize(
    ("family", "error_type", "message"),
    [(family, *row) for family in sorted(PASSING | LASTING) for row in THREADS[family]],
)
def test_whether_to_try_again_follows_from_what_failed(family: str, error_type: str, message: str) -> None:
    match = Catalog.builtin().match(Observation(error_type=error_type, message=message))
    assert match.retryable == (family in PASSING), match.rule


@pytest.mark.parametrize("message", APPLICATIONS)
@pytest.mark.parametrize("error_type", ["", "shop.errors.DomainError", "ValueError"])
def test_an_applications_own_failure_stays_unknown(error_type: str, message: str) -> None:
    match = Catalog.builtin().match(Observation(error_type=error_type, message=message))
    assert not match.known, match.rule


def test_every_family_is_asked_about() -> None:
    assert set(SYSTEMS) == set(ANSWERS) - {"UNKNOWN"}
