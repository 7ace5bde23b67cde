"""The enumerations that rows, metrics and dashboards share."""

from enum import StrEnum


class Category(StrEnum):
    """The kind of a failure."""

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
    """The urgency for the person on call."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class RecoveryMode(StrEnum):
    """The way to recover from a failure."""

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
    """The kind of evidence that a failure was matched by."""

    CODE = "code"  # a machine code: explicit, a provider's, or a protocol's
    TYPE = "type"  # an exception type, alone or with attributes
    EXACT = "exact"  # the whole message
    PREFIX = "prefix"  # the start of the message
    REGEX = "regex"  # a pattern in the message
    FALLBACK = "fallback"  # only the family is known, such as HTTP_4XX
    EXPLICIT = "explicit"  # the agent passed its own MatchResult
    UNKNOWN = "unknown"  # nothing matched
