"""What the catalog says of a failure, and the functions that report one by hand. Nothing here waits for the network."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from failcat._guard import harmless
from failcat._reporting.emit import Draft, emit
from failcat._reporting.memory import Remembered, ids
from failcat._reporting.observation import class_name_of, observation_of, text_of
from failcat._reporting.reporting import in_flight, report_explicitly, reported_id
from failcat._reporting.verdicts import catalog, verdict_on
from failcat._scope import current, name_of
from failcat_catalog import attributes as own
from failcat_catalog.observe import observed_code
from failcat_catalog.text import MAX_MESSAGE_BYTES, cleaned
from failcat_catalog.types import AttributeValue, Entry, Match, Observation, Recovery
from failcat_catalog.vocabulary import MatchType, RecoveryMode

MAX_CONTEXT_KEYS = 64
MAX_CODE_CHARS = 128

DEFAULT_MODE = RecoveryMode.ESCALATE
"""The catalog's advice where it knows nothing."""

RECOVERY_SPAN_NAME = "failcat.recovery"


@dataclass(frozen=True, slots=True)
class MatchResult:
    """What the catalog says of one failure. Make one yourself to tell the sidecar what you know better."""

    matched: bool
    entry: Entry | None = None
    match_type: str = MatchType.UNKNOWN
    confidence: float = 0.0  # 0..1
    failure_match_id: str | None = None  # UUID text; None until the failure is reported
    error_code: str = ""  # what the failure calls itself
    rule: str = ""  # the rule of the catalog that decided; empty for one that you made
    recovery: Recovery | None = None  # the rule's advice, where it differs from the entry's
    retryable: bool | None = None
    advice: tuple[str, ...] | None = None
    exception: BaseException | None = field(default=None, repr=False, compare=False)

    @property
    def recovery_mode(self) -> RecoveryMode | None:
        recovery = self.recovery or (self.entry.recovery if self.entry else None)
        return recovery.mode if recovery else None

    @property
    def is_retryable(self) -> bool:
        return bool(self.entry and self.entry.retryable) if self.retryable is None else self.retryable

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Short imperative sentences."""
        return (self.entry.suggestions if self.entry else ()) if self.advice is None else self.advice


NOT_MATCHED = MatchResult(matched=False)


@harmless(NOT_MATCHED)
def match(failure: BaseException | str, message: str | None = None) -> MatchResult:
    """The catalog's verdict on an exception, a code or a message; a code may come with its message. Reports nothing;
    `failure_match_id` is set when the exception was reported before. Never raises."""
    if isinstance(failure, BaseException):
        result = _result_of(observation_of(failure))
        return replace(result, failure_match_id=reported_id(failure), exception=failure)
    return _result_of(_observation_of_text(failure, message))


@harmless(NOT_MATCHED)
def match_and_persist(  # noqa: PLR0917 - the blueprint's signature
    code_or_message: str | BaseException,
    run_id: str | None,
    tenant_id: str | None = None,
    skill_id: str | None = None,
    step_index: int | None = None,
    context: Mapping[str, AttributeValue] | None = None,
    error_message: str | None = None,
) -> MatchResult:
    """`match`, and the failure is reported: `failure_match_id` is its row. What is None comes from the current run and
    step. Inside `except`, a failure that a span has reported already is not reported twice."""
    exception = code_or_message if isinstance(code_or_message, BaseException) else None
    if exception is not None:
        observation = observation_of(exception)
    else:
        observation = _observation_of_text(str(code_or_message), error_message)
        exception = _handled(observation)
        observation = _with_exception(observation, exception)
    result = _result_of(observation)
    attributes = _attributes(run_id, tenant_id, skill_id, step_index, context)
    failure_id = report_explicitly(observation, exception, attributes)
    remember(failure_id, result)
    return replace(result, failure_match_id=failure_id, exception=exception)


@harmless(None)
def persist_failure_match(  # noqa: PLR0917 - the blueprint's signature
    run_id: str | None,
    result: MatchResult,
    error_code: str,
    error_message: str | None = None,
    tenant_id: str | None = None,
    skill_id: str | None = None,
    step_index: int | None = None,
    context: Mapping[str, AttributeValue] | None = None,
) -> str | None:
    """Reports a failure with its verdict. A `result` of your own making is what the row says; one that the catalog made
    lets the sidecar say it. Returns the id of the row, at once; None when nothing could be reported."""
    observation = Observation(error_code=_code(error_code), message=_message(error_message))
    exception = result.exception or _handled(observation)
    observation = _with_exception(observation, exception)
    attributes = _attributes(run_id, tenant_id, skill_id, step_index, context)
    if result.matched and not result.rule:
        attributes[own.MATCH_RESULT] = _as_json(result)
    failure_id = report_explicitly(observation, exception, attributes)
    remember(failure_id, result)
    return failure_id


async def persist_failure_match_async(  # noqa: PLR0917 - the blueprint's signature
    run_id: str | None,
    result: MatchResult,
    error_code: str,
    error_message: str | None = None,
    tenant_id: str | None = None,
    skill_id: str | None = None,
    step_index: int | None = None,
    context: Mapping[str, AttributeValue] | None = None,
) -> str | None:
    """`persist_failure_match` for those who await; it does not wait either."""
    return persist_failure_match(run_id, result, error_code, error_message, tenant_id, skill_id, step_index, context)


@harmless(False)
def update_recovery_status(failure_match_id: str, succeeded: bool) -> bool:
    """Tells whether recovering from a failure worked. Saying the same again counts once; another outcome is another
    attempt. False when the id is not one."""
    failure_id = _valid_id(failure_match_id)
    if failure_id is None:
        return False
    known = ids.find(failure_id)
    if known is None:  # another process's failure, or an old one
        record_recovery(failure_id, DEFAULT_MODE, succeeded=bool(succeeded), attempt=1)
    elif known.succeeded is not bool(succeeded):
        record_recovery(failure_id, known.mode, succeeded=bool(succeeded), attempt=known.attempts + 1)
    return True


@harmless(None)
def record_recovery(failure_id: str, mode: RecoveryMode, *, succeeded: bool, attempt: int) -> None:
    """Sends the outcome of one attempt to recover from a failure; (failure, attempt) counts once."""
    known: Remembered | None = ids.find(failure_id)
    attributes: dict[str, AttributeValue] = {
        own.RECOVERY_FAILURE_ID: failure_id,
        own.RECOVERY_MODE: mode.value,
        own.RECOVERY_SUCCEEDED: succeeded,
        own.RECOVERY_ATTEMPT: attempt,
    }
    if known is not None:
        known.attempts, known.succeeded = max(known.attempts, attempt), succeeded
        attributes[own.RECOVERY_ERROR_CODE] = known.error_code
    scope = current.get()
    told = {**(scope.attributes if scope else {}), **attributes}
    emit(Draft(RECOVERY_SPAN_NAME, told, time.time_ns(), is_failure=False))


def remember(failure_id: str, result: MatchResult) -> None:
    """Keeps what labels the outcome of a recovery."""
    code = result.entry.code if result.entry else result.error_code
    ids.remember(failure_id, code, result.recovery_mode or DEFAULT_MODE)


def result_of(exception: BaseException, failure_id: str | None) -> MatchResult:
    """The verdict on an exception that was reported under `failure_id`."""
    return replace(_result_of(observation_of(exception)), failure_match_id=failure_id, exception=exception)


def _result_of(observation: Observation) -> MatchResult:
    found: Match = verdict_on(observation)
    return MatchResult(
        matched=found.known,
        entry=catalog().entries.get(found.code),
        match_type=found.match_type,
        confidence=found.confidence,
        error_code=observed_code(observation),
        rule=found.rule,
        recovery=found.recovery,
        retryable=found.retryable,
        advice=found.suggestions,
    )


def _observation_of_text(code_or_message: str, message: str | None) -> Observation:
    """One word is a code, more are a message. A code that the application gives is explicit."""
    text = str(code_or_message).strip()
    if message is None and not _is_code(text):
        return Observation(message=_message(text))
    return Observation(error_code=_code(text), message=_message(message))


def _is_code(text: str) -> bool:
    return 0 < len(text) <= MAX_CODE_CHARS and not any(char.isspace() for char in text)


def _with_exception(observation: Observation, exception: BaseException | None) -> Observation:
    """What the application says, filled up from the exception that it is handling."""
    if exception is None:
        return observation
    seen = observation_of(exception)
    return Observation(
        error_code=observation.error_code,
        error_type=seen.error_type,
        exception_type=seen.exception_type,
        message=observation.message or seen.message,
        attributes=seen.attributes,
    )


def _handled(observation: Observation) -> BaseException | None:
    """The exception that is being handled, if the report can be about it: it names it, or says nothing else."""
    exception = in_flight()
    if exception is None or not observation.message:
        return exception
    text, class_name = text_of(exception), class_name_of(exception)
    told = (observation.message, observation.error_code)
    is_named = class_name in told or class_name.rpartition(".")[2] in told
    return exception if is_named or observation.message in text or (text and text in observation.message) else None


def _attributes(
    run_id: str | None,
    tenant_id: str | None,
    skill_id: str | None,
    step_index: int | None,
    context: Mapping[str, AttributeValue] | None,
) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {}
    for key, value in list((context or {}).items())[:MAX_CONTEXT_KEYS]:
        if not str(key).startswith("failcat."):
            attributes[str(key)] = value
    named = {own.RUN_ID: run_id, own.TENANT_ID: tenant_id, own.SKILL_ID: skill_id}
    attributes.update((key, name_of(value)) for key, value in named.items() if value)
    if isinstance(step_index, int):
        attributes[own.STEP_INDEX] = step_index
    return attributes


def _as_json(result: MatchResult) -> str:
    code = result.entry.code if result.entry else result.error_code
    return json.dumps({"code": code, "match_type": str(result.match_type), "confidence": result.confidence})


def _valid_id(text: object) -> str | None:
    try:
        return str(UUID(text)) if isinstance(text, str) and len(text) <= 64 else None
    except ValueError:
        return None


def _code(text: object) -> str:
    return cleaned(str(text or "").strip(), MAX_CODE_CHARS)


def _message(text: object) -> str:
    return cleaned(str(text or ""), MAX_MESSAGE_BYTES)
