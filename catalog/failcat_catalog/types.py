"""The values that travel between extraction, matching and storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from failcat_catalog.vocabulary import Category, MatchType, RecoveryMode, Severity

AttributeValue = str | int | float | bool | bytes | None | Sequence["AttributeValue"] | Mapping[str, "AttributeValue"]

UNKNOWN_ERROR = "UNKNOWN_ERROR"


class Observation(NamedTuple):
    """One failure before it is classified. All texts are redacted and storable; empty means absent."""

    error_code: str = ""  # an explicit `failure.code`
    error_type: str = ""  # `error.type` as sent: a provider's code or a class name
    exception_type: str = ""  # the exception's class, with its module when known
    message: str = ""  # the exception's message, without a leading type
    attributes: Mapping[str, AttributeValue] = MappingProxyType({})  # semantic-convention attributes, flat


@dataclass(frozen=True, slots=True)
class Recovery:
    """How to recover from a kind of failure."""

    mode: RecoveryMode
    max_attempts: int = 0  # retries after the first try; 0 means do not retry
    base_delay_ms: int = 0
    max_delay_ms: int = 0
    jitter: float = 0.0  # share of the delay that is random, 0..1
    honour_retry_after: bool = False
    action: str = ""  # the finer action, such as SHORTEN_CONTEXT


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of failure: its meaning and the advice."""

    code: str  # stable, upper snake case; the row's catalog_entry_id
    category: Category
    severity: Severity
    retryable: bool
    recovery: Recovery
    message: str  # the plain text that people read
    suggestions: tuple[str, ...]  # short imperative sentences
    http_status: int | None = None
    docs: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The catalog's verdict on one observation, with its reason."""

    match_type: MatchType
    confidence: float  # 0..1; see confidence.py
    code: str = ""  # the entry's code; empty when unknown
    rule: str = ""  # the rule's id; empty when unknown
    category: Category | None = None
    severity: Severity | None = None
    retryable: bool = False
    recovery: Recovery | None = None
    suggestions: tuple[str, ...] = ()
    matched: str = ""  # the fact that led to the rule, as people read it: "code=rate_limit_error"
    ignored_by: str = ""  # the rule by which the operator says that this is no failure, whatever the verdict

    @property
    def known(self) -> bool:
        return bool(self.code)
