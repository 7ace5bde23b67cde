"""The closed sets of words that rows, metrics and dashboards share."""

from enum import StrEnum


class Category(StrEnum):
    """What kind of trouble a failure is."""

    TRANSIENT = "TRANSIENT"
    PERMANENT = "PERMANENT"
    RESOURCE = "RESOURCE"
    PERMISSION = "PERMISSION"
    VALIDATION = "VALIDATION"
    INFRASTRUCTURE = "INFRASTRUCTURE"
    PLANNER = "PLANNER"
    SKILL = "SKILL"
    DATA = "DATA"
    SECURITY = "SECURITY"
    CHECKPOINT = "CHECKPOINT"


class Severity(StrEnum):
    """How much it matters to the person on call."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class RecoveryMode(StrEnum):
    """What to do about it."""

    RETRY_IMMEDIATE = "RETRY_IMMEDIATE"
    RETRY_EXPONENTIAL = "RETRY_EXPONENTIAL"
    RETRY_WITH_JITTER = "RETRY_WITH_JITTER"
    FALLBACK = "FALLBACK"
    CIRCUIT_BREAKER = "CIRCUIT_BREAKER"
    SKIP = "SKIP"
    ABORT = "ABORT"
    ESCALATE = "ESCALATE"
    CHECKPOINT_RESTORE = "CHECKPOINT_RESTORE"
    MANUAL_INTERVENTION = "MANUAL_INTERVENTION"


class MatchType(StrEnum):
    """How a failure was recognised."""

    CODE = "code"  # a machine code: explicit, a provider's, or a protocol's
    TYPE = "type"  # an exception type, alone or with attributes
    EXACT = "exact"  # the whole message
    PREFIX = "prefix"  # the start of the message
    REGEX = "regex"  # a pattern in the message
    FALLBACK = "fallback"  # only the family is known, such as HTTP_4XX
    EXPLICIT = "explicit"  # the agent passed its own MatchResult
    UNKNOWN = "unknown"  # nothing matched
