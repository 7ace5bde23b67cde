"""The catalog in the agent: built-in entries and the operator's files, loaded for the first failure."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from failcat._guard import log_internal_error, logger, reraise_if_signalled
from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogError
from failcat_catalog.types import Match, Observation
from failcat_catalog.vocabulary import MatchType

NO_VERDICT = Match(MatchType.UNKNOWN, 0.0)


@cache
def catalog() -> Catalog:
    """The catalog, loaded once. Raises CatalogError if the built-in one is broken."""
    paths = [Path(part) for part in os.environ.get("FAILCAT_CATALOG", "").split(os.pathsep) if part]
    if paths:
        try:
            return Catalog.load(paths)
        except CatalogError as error:
            logger.warning("FAILCAT_CATALOG cannot be used, only the built-in catalog applies: %s", error)
    return Catalog.builtin()


def verdict_on(observation: Observation) -> Match:
    """The catalog's verdict; NO_VERDICT after an error. Never raises."""
    try:
        return catalog().match(observation)
    except BaseException as error:
        reraise_if_signalled(error)
        log_internal_error("matching")
        return NO_VERDICT
