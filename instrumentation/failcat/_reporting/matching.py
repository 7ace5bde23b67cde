"""The catalog's verdict on a failure, and functions that report one explicitly. None of them waits for the network."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import cast
from uuid import UUID

from failcat._guard import never_raises
from failcat._reporting.emit import SpanDraft, emit
from failcat._reporting.observation import class_name_of, observation_of, text_of
from failcat._reporting.recent_failures import RecoveryProgress, reported_failures
from failcat._reporting.reporting import handled_exception, report_explicitly, reported_id
from failcat._reporting.values import plain_values
from failcat._reporting.verdicts import NO_VERDICT, catalog, verdict_on
from failcat._scope import bounded_name, current, integer_of, text_of_value
from failcat_catalog import attributes as own
from failcat_catalog.observe import observed_code
from failcat_catalog.text import MAX_MESSAGE_BYTES, MAX_NAME_BYTES, cleaned
from failcat_catalog.types import AttributeValue, Entry, Match, Observation, Recovery
from failcat_catalog.vocabulary import MatchType, RecoveryMode

MAX_CODE_CHARS = 128
MAX_SUGGESTIONS = 8
MAX_TEXT_CHARS = 4 * MAX_MESSAGE_BYTES  # `cleaned` reads as many

DEFAULT_MODE = RecoveryMode.ESCALATE
"""The recovery mode of a failure that the catalog does not know."""

RECOVERY_SPAN_NAME = "failcat.recovery"


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The catalog's verdict on one failure. Construct one yourself to override the catalog."""

    matched: bool
    entry: Entry | None = None
    match_type: str = MatchType.UNKNOWN
    confidence: float = 0.0  # 0..1
    failure_match_id: str | None = None  # UUID text; None until the failure is reported
    error_code: str = ""  # the failure's own code
    rule: str = ""  # the catalog's rule that decided; empty for a verdict of your own
    recovery: Recovery | None = None  # overrides the entry's recovery
    retryable: bool | None = None
    advice: tuple[str, ...] | None = None
    exception: BaseException | None = field(default=None, repr=False, compare=False)
    catalogs: Match | None = field(default=None, repr=False, compare=False)  # the catalog's verdict that it was made of

    @property
    def is_own(self) -> bool:
        """Whether it was constructed, or altered with `dataclasses.replace`, by the application."""
        return self.catalogs is None or _verdict_of(self) != _verdict_of(_result(self.catalogs, ""))

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


def _verdict_of(result: MatchResult) -> tuple[object, ...]:
    advice = (result.recovery_mode, result.is_retryable, result.suggestions)
    return result.matched, result.entry, result.match_type, result.confidence, result.rule, *advice


def _result(found: Match, error_code: str) -> MatchResult:
    return MatchResult(
        matched=found.known,
        entry=catalog().entries.get(found.code),
        match_type=found.match_type,
        confidence=found.confidence,
        error_code=error_code,
        rule=found.rule,
        recovery=found.recovery,
        retryable=found.retryable,
        advice=found.suggestions,
        catalogs=found,
    )


NOT_MATCHED = MatchResult(matched=False, catalogs=NO_VERDICT)


@never_raises(NOT_MATCHED)
def match(failure: BaseException | str, message: str | None = None) -> MatchResult:
    """The catalog's verdict on an exception, a code or a message; a code may come with its `message`. Reports nothing.
    Sets `failure_match_id` if the exception is reported already. Never raises."""
    if isinstance(failure, BaseException):
        result = _result_of(observation_of(failure))
        return replace(result, failure_match_id=reported_id(failure), exception=failure)
    return _result_of(_observation_of_text(failure, message))


@never_raises(NOT_MATCHED, loses_failure=True)
def match_and_persist(  # noqa: PLR0917 - the blueprint's signature
    code_or_message: str | BaseException,
    run_id: object = None,
    tenant_id: object = None,
    skill_id: object = None,
    step_index: int | None = None,
    context: Mapping[str, object] | None = None,
    error_message: object = None,
) -> MatchResult:
    """Matches a failure and reports it: `failure_match_id` is the id of its row. Arguments that are None come from the
    current run and step; `run_id` may also be the `run` itself. Values of any type in `context` are stored, at most
    MAX_KEYS of them: what is no number, text, list or mapping as its text. Inside `except`, a failure that a span
    reported is not stored twice. Never raises."""
    exception = cast("BaseException", code_or_message) if issubclass(type(code_or_message), BaseException) else None
    if exception is not None:  # not by `isinstance`, which asks a property of the object
        observation = observation_of(exception)
    else:
        observation = _observation_of_text(code_or_message, error_message)
        exception = _described_exception(observation)
        observation = _with_exception(observation, exception)
    result = _result_of(observation)
    attributes = _attributes(run_id, tenant_id, skill_id, step_index, context)
    failure_id = report_explicitly(observation, exception, attributes)
    remember_failure(failure_id, result)
    return replace(result, failure_match_id=failure_id, exception=exception)


@never_raises(None, loses_failure=True)
def persist_failure_match(  # noqa: PLR0917 - the blueprint's signature
    run_id: object,
    result: MatchResult,
    error_code: str,
    error_message: object = None,
    tenant_id: object = None,
    skill_id: object = None,
    step_index: int | None = None,
    context: Mapping[str, object] | None = None,
) -> str | None:
    """Reports a failure with its verdict. The row has the verdict of a `result` that you constructed or altered: code,
    category, severity, recovery and suggestions; for one of the catalog's, the sidecar decides. Returns the id of the
    row without waiting; None if the report failed. Never raises."""
    observation = Observation(error_code=_code(error_code), message=_message(error_message))
    exception = result.exception or _described_exception(observation)
    observation = _with_exception(observation, exception)
    attributes = _attributes(run_id, tenant_id, skill_id, step_index, context)
    if result.is_own:
        attributes[own.MATCH_RESULT] = _as_json(result)
    failure_id = report_explicitly(observation, exception, attributes)
    remember_failure(failure_id, result)
    return failure_id


async def persist_failure_match_async(  # noqa: PLR0917 - the blueprint's signature
    run_id: object,
    result: MatchResult,
    error_code: str,
    error_message: object = None,
    tenant_id: object = None,
    skill_id: object = None,
    step_index: int | None = None,
    context: Mapping[str, object] | None = None,
) -> str | None:
    """`persist_failure_match` as a coroutine function. It does not wait either."""
    return persist_failure_match(run_id, result, error_code, error_message, tenant_id, skill_id, step_index, context)


@never_raises(False)
def update_recovery_status(failure_match_id: str | None, succeeded: bool) -> bool:
    """Records whether the recovery from a failure succeeded. Repeating an outcome counts once; a different outcome is
    another attempt. Returns False if `failure_match_id` is not a UUID. Never raises."""
    failure_id = _valid_id(failure_match_id)
    if failure_id is None:
        return False
    known = reported_failures.find(failure_id)
    if known is None:  # a failure of another process, or an old one
        record_recovery(failure_id, DEFAULT_MODE, succeeded=bool(succeeded), attempt=1)
    elif known.succeeded is not bool(succeeded):
        record_recovery(failure_id, known.mode, succeeded=bool(succeeded), attempt=known.attempts + 1)
    return True


@never_raises(None, loses_failure=True)
def record_recovery(failure_id: str, mode: RecoveryMode, *, succeeded: bool, attempt: int) -> None:
    """Sends the outcome of one recovery attempt; (failure, attempt) counts once."""
    known: RecoveryProgress | None = reported_failures.find(failure_id)
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
    all_attributes = {**(scope.attributes if scope else {}), **attributes}
    emit(SpanDraft(RECOVERY_SPAN_NAME, all_attributes, time.time_ns(), is_failure=False))


def remember_failure(failure_id: str, result: MatchResult) -> None:
    """Keeps the code and mode that label a later recovery outcome."""
    code = result.entry.code if result.entry else result.error_code
    reported_failures.add(failure_id, code, result.recovery_mode or DEFAULT_MODE)


def result_of(exception: BaseException, failure_id: str | None) -> MatchResult:
    """The verdict on an exception that was reported under `failure_id`."""
    return replace(_result_of(observation_of(exception)), failure_match_id=failure_id, exception=exception)


def _result_of(observation: Observation) -> MatchResult:
    return _result(verdict_on(observation), observed_code(observation))


def _observation_of_text(code_or_message: object, message: object) -> Observation:
    """Without a `message`, one word is a code and several are a message."""
    text = _text(code_or_message).strip()
    if message is None and not _is_code(text):
        return Observation(message=_message(text))
    return Observation(error_code=_code(text), message=_message(message))


def _is_code(text: str) -> bool:
    return 0 < len(text) <= MAX_CODE_CHARS and not any(char.isspace() for char in text)


def _with_exception(observation: Observation, exception: BaseException | None) -> Observation:
    """Completes the application's description from the exception being handled."""
    if exception is None:
        return observation
    observed = observation_of(exception)
    return Observation(
        error_code=observation.error_code,
        error_type=observed.error_type,
        exception_type=observed.exception_type,
        message=observation.message or observed.message,
        attributes=observed.attributes,
    )


def _described_exception(observation: Observation) -> BaseException | None:
    """The exception being handled, if `observation` names or quotes it, or has no message."""
    exception = handled_exception()
    if exception is None or not observation.message:
        return exception
    text, class_name = text_of(exception), class_name_of(exception)
    texts = (observation.message, observation.error_code)
    is_named = class_name in texts or class_name.rpartition(".")[2] in texts
    return exception if is_named or observation.message in text or (text and text in observation.message) else None


def _attributes(
    run_id: object, tenant_id: object, skill_id: object, step_index: object, context: object
) -> dict[str, AttributeValue]:
    given = plain_values(context)
    attributes = {key: value for key, value in given.items() if not key.startswith("failcat.")}
    for key, value in ((own.RUN_ID, run_id), (own.TENANT_ID, tenant_id), (own.SKILL_ID, skill_id)):
        if value is not None and (name := bounded_name(value)):
            attributes[key] = name
    if (index := integer_of(step_index)) is not None:
        attributes[own.STEP_INDEX] = index
    return attributes


def _as_json(result: MatchResult) -> str:
    """What the sidecar stores instead of its own verdict (`failcat_sidecar.extract.explicit`)."""
    entry = result.entry
    code = entry.code if entry else result.error_code
    told: dict[str, object] = {
        "matched": result.matched,
        "code": code if result.matched else "",
        "match_type": str(result.match_type),
        "confidence": result.confidence,
    }
    if result.matched and entry:
        told |= {"category": entry.category, "severity": entry.severity}
    if result.matched and (entry or result.recovery):
        told |= {"recovery_mode": result.recovery_mode, "retryable": result.is_retryable}
        told["suggestions"] = [cleaned(text, MAX_NAME_BYTES) for text in result.suggestions[:MAX_SUGGESTIONS]]
    return json.dumps(told)


def _valid_id(text: object) -> str | None:
    try:
        return str(UUID(text)) if isinstance(text, str) and len(text) <= 64 else None
    except ValueError:
        return None


def _code(text: object) -> str:
    return cleaned(_text(text).strip(), MAX_CODE_CHARS)


def _message(text: object) -> str:
    return cleaned(_text(text), MAX_MESSAGE_BYTES)


def _text(value: object) -> str:
    """Empty for None; of an Enum its value's."""
    if value is None:
        return ""
    return text_of_value(getattr(value, "value", "") if issubclass(type(value), Enum) else value, MAX_TEXT_CHARS)
