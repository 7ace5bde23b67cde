"""A collapser with the built-in catalog."""

from __future__ import annotations

import pytest

from failcat_catalog.catalog import Catalog
from failcat_sidecar.collapse import Collapser, RecentFailures


@pytest.fixture
def recents() -> RecentFailures:
    return RecentFailures()


@pytest.fixture
def collapser(recents: RecentFailures) -> Collapser:
    catalog = Catalog.builtin()
    return Collapser(catalog.match, catalog.version, recents)
