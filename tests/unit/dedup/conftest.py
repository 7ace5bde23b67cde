"""A deduplicator with the built-in catalog."""

from __future__ import annotations

import pytest

from failcat_catalog.catalog import Catalog
from failcat_sidecar.dedup import Deduplicator, RecentFailures


@pytest.fixture
def recent_failures() -> RecentFailures:
    return RecentFailures()


@pytest.fixture
def deduplicator(recent_failures: RecentFailures) -> Deduplicator:
    catalog = Catalog.builtin()
    return Deduplicator(catalog.match, catalog.version, recent_failures)
