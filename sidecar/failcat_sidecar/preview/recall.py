"""The observation behind a stored row.

Its names are exact, see `extract.observed`. Rows of 0.1.0 have no `observed`, so that what is read of such a row must
also give the row's own error_code; else the names that it may have had are tried.
"""

from __future__ import annotations

from collections.abc import Iterator

from failcat_catalog.observe import observed_code
from failcat_catalog.types import UNKNOWN_ERROR, Observation
from failcat_sidecar.extract.observed import ObservedNames, names_of
from failcat_storage.stored import StoredFailure

_PROTOCOL_CODES = ("HTTP_", "GRPC_", "SQLSTATE_", "JSONRPC_")


def recalled(stored: StoredFailure) -> Observation:
    """The observation that the catalog would match if the failure occurred again."""
    for names in _candidates(stored):
        observation = Observation(*names, message=stored.message, attributes=stored.attributes)
        if stored.observed or observed_code(observation) == stored.error_code:
            break
    return observation


def _candidates(stored: StoredFailure) -> Iterator[ObservedNames]:
    """The names, then those that a row of 0.1.0 may have had."""
    names = names_of(stored.error_type, stored.attributes, stored.observed)
    yield names
    yield names._replace(error_type="")
    yield names._replace(error_type=_own_code(stored))


def _own_code(stored: StoredFailure) -> str:
    """The row's code, if it can only have been the `error.type` of another span of the same failure."""
    code = stored.error_code
    return "" if code == UNKNOWN_ERROR or code.startswith(_PROTOCOL_CODES) else code
