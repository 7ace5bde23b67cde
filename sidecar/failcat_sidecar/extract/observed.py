"""The three names of an observation (`failure.code`, `error.type`, the exception's class) in a row that has one column
for them. Names that do not follow from the column and the attributes are stored under a key of the context, so that all
are read back exactly. Most rows need no such key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from failcat_catalog.attributes import FAILURE_CODE
from failcat_catalog.matcher.facts import NO_INFORMATION
from failcat_catalog.types import Observation
from failcat_sidecar.otlp import names

KEY = "observed"
"""Of the context: a map with the keys of ObservedNames."""


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


def with_names(context: dict[str, Any], observation: Observation, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The context with the names that would not be inferred from `attributes`, if there are any."""
    inferred = inferred_names(observation.exception_type or observation.error_type, attributes)
    if inferred == observation[:3]:
        return context
    if inferred[:2] == observation[:2]:  # often: a class as `error.type`, and no exception
        return {**context, KEY: {"exception_type": observation.exception_type}}
    sent = zip(ObservedNames._fields, observation[:3], inferred, strict=True)
    return {**context, KEY: {field: name for field, name, told in sent if name != told}}


def with_all_names(context: dict[str, Any], observation: Observation) -> dict[str, Any]:
    """For a context that does not keep all attributes."""
    return {**context, KEY: dict(zip(ObservedNames._fields, observation[:3], strict=True))}


def names_of(column: str, attributes: Mapping[str, Any], stored: Mapping[str, Any]) -> ObservedNames:
    """The inverse: `stored` is the context's key."""
    inferred = inferred_names(column, attributes)
    return inferred._replace(**{field: _text(stored, field) for field in ObservedNames._fields if field in stored})


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
