"""The catalog in the agent: the built-in one with the operator's files, loaded for the first failure."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from failcat._guard import contain, logger, swallow
from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogError
from failcat_catalog.types import Match, Observation
from failcat_catalog.vocabulary import MatchType

NO_VERDICT = Match(MatchType.UNKNOWN, 0.0)


@cache
def catalog() -> Catalog:
    """Raises CatalogError when even the built-in catalog is broken."""
    paths = [Path(part) for part in os.environ.get("FAILCAT_CATALOG", "").split(os.pathsep) if part]
    if paths:
        try:
            return Catalog.load(paths)
        except (CatalogError, ImportError) as error:  # reading YAML needs packages that agents may not have
            logger.warning("FAILCAT_CATALOG cannot be used, only what is built in counts: %s", error)
    return Catalog.builtin()


def verdict_on(observation: Observation) -> Match:
    """Never raises."""
    try:
        return catalog().match(observation)
    except BaseException as error:
        contain(error)
        swallow("matching")
        return NO_VERDICT
