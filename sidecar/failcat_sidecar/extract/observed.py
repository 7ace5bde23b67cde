"""The three names of an observation (`failure.code`, `error.type`, the exception's class) in a row that has one column
for them. Names that do not follow from the column and the attributes are stored under a key of the context, so that all
are read back exactly. Most rows need no such key.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from failcat_catalog.attributes import FAILURE_CODE
from failcat_catalog.matcher.facts import NO_INFORMATION
from failcat_catalog.types import Observation
from failcat_sidecar.otlp import names

KEY = "observed"
"""Of the context: a map with the keys of ObservedNames."""

_KEYS = (FAILURE_CODE, names.ERROR_TYPE, names.FINISH_REASONS)
_NAME_TYPES = (str, type(None))


class ObservedNames(NamedTuple):
    """As in Observation."""

    error_code: str
    error_type: str
    exception_type: str


def is_class_name(name: str) -> bool:
    """`openai.RateLimitError`, but neither `rate_limit_error` nor `ETIMEDOUT`."""
    last = name.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper()


def inferred_names(column: str, attributes: Mapping[str, Any]) -> ObservedNames:
    """The names that follow from the column `error_type` and the attributes."""
    error_type = _error_type(column, attributes)
    # Without an exception the column repeats `error.type`.
    exception_type = column if column != error_type or is_class_name(error_type) else ""
    return ObservedNames(_text(attributes, FAILURE_CODE), error_type, exception_type)


def add_names(context: dict[str, Any], observation: Observation, attributes: Mapping[str, Any]) -> None:
    """Adds the names that would not be inferred from `attributes`, if there are any."""
    code, error_type, reasons = map(attributes.get, _KEYS)
    if reasons is None and type(code) in _NAME_TYPES and type(error_type) in _NAME_TYPES:  # nearly always
        differing = _differing_short(observation[:3], code, error_type)
    else:
        differing = _differing(observation[:3], attributes)
    if differing:
        context[KEY] = differing


def add_all_names(context: dict[str, Any], observation: Observation) -> None:
    """For a context that does not keep all attributes."""
    context[KEY] = dict(zip(ObservedNames._fields, observation[:3], strict=True))


def names_of(column: str, attributes: Mapping[str, Any], stored: Mapping[str, Any]) -> ObservedNames:
    """The inverse: `stored` is the context's key."""
    inferred = inferred_names(column, attributes)
    return inferred._replace(**{field: _text(stored, field) for field in ObservedNames._fields if field in stored})


@lru_cache(maxsize=4_096)
def _differing_short(sent: tuple[str, ...], code: str | None, error_type: str | None) -> Mapping[str, str]:
    """Names repeat, and looking them up takes a tenth of the time."""
    return _differing(sent, {FAILURE_CODE: code, names.ERROR_TYPE: error_type})


def _differing(sent: tuple[str, ...], attributes: Mapping[str, Any]) -> Mapping[str, str]:
    """The fields whose name is not inferred, with that name."""
    _, error_type, exception_type = sent
    inferred = inferred_names(exception_type or error_type, attributes)
    fields = zip(ObservedNames._fields, sent, inferred, strict=True)
    return {field: name for field, name, told in fields if name != told}


def _error_type(column: str, attributes: Mapping[str, Any]) -> str:
    """`error.type`, else the finish reason that stood for it."""
    error_type = _text(attributes, names.ERROR_TYPE)
    if error_type.lower() not in NO_INFORMATION:
        return error_type
    reasons = attributes.get(names.FINISH_REASONS)
    is_reason = reasons == column or (isinstance(reasons, list) and column in reasons)
    return column if is_reason else ""


def _text(attributes: Mapping[str, Any], key: str) -> str:
    value = attributes.get(key)
    return value if isinstance(value, str) else ""
