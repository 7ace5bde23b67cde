"""What the catalog says to wordings that no rule was written from, and to what applications say."""

from __future__ import annotations

import pytest
from benchmarks.quality import ANSWERS
from tests.unit.catalog.unseen import APPLICATIONS, SYSTEMS

from failcat_catalog.catalog import Catalog
from failcat_catalog.types import Observation


@pytest.mark.parametrize(
    ("family", "error_type", "message"),
    [(family, error_type, message) for family, rows in SYSTEMS.items() for error_type, message in rows],
)
def test_a_failure_of_a_known_family_gets_one_of_its_codes(family: str, error_type: str, message: str) -> None:
    match = Catalog.builtin().match(Observation(error_type=error_type, message=message))
    assert match.code in ANSWERS[family], match.rule


@pytest.mark.parametrize("message", APPLICATIONS)
@pytest.mark.parametrize("error_type", ["", "shop.errors.DomainError", "ValueError"])
def test_an_applications_own_failure_stays_unknown(error_type: str, message: str) -> None:
    match = Catalog.builtin().match(Observation(error_type=error_type, message=message))
    assert not match.known, match.rule


def test_every_family_is_asked_about() -> None:
    assert set(SYSTEMS) == set(ANSWERS) - {"UNKNOWN"}
