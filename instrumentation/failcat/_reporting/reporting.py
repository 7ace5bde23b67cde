"""Reports failures that no span reports, each once: an exception is one failure, however far it propagates.

An exception counts as already reported if (1) it carries a failure's id, (2) an exception in its cause chain does and
it only re-raises that one, or (3) a failing span of the same run had the same type or message.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from types import CodeType

from failcat._guard import never_raises, reraise_if_signalled
from failcat._reporting.control_flow import is_failure, leaves
from failcat._reporting.emit import SpanDraft, emit
from failcat._reporting.observation import class_name_of, observation_of, text_of
from failcat._reporting.recent_failures import attach_id, attached_id, foreign_origin, unclaimed_failures
from failcat._reporting.span_failures import MIN_CONTAINED_CHARS
from failcat._reporting.values import plain_values
from failcat._scope import bounded_name, current
from failcat_catalog import attributes as own
from failcat_catalog.types import AttributeValue, Observation

MAX_CAUSES = 8
MAX_FRAMES = 100

SPAN_NAME = "failcat.failure"

_STDLIB = os.path.dirname(os.__file__)  # noqa: PTH120 - importing pathlib for it takes longer
_PACKAGE = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120


@never_raises(None, loses_failure=True)
def report(exception: BaseException, attributes: Mapping[str, object] | None = None) -> str | None:
    """Reports `exception` unless it is reported already or is control flow. `attributes` may hold values of any type.
    Returns the id of its failure (UUID text), for a group that of its first member. Never raises, never waits."""
    if not is_failure(exception):
        return None
    plain = plain_values(attributes)
    found = [_report_one(leaf, plain) for leaf in leaves(exception) if is_failure(leaf)]
    if found and isinstance(exception, BaseExceptionGroup):
        attach_id(exception, found[0])
    return found[0] if found else None


def report_explicitly(
    observation: Observation, exception: BaseException | None, attributes: Mapping[str, AttributeValue]
) -> str:
    """Reports the application's own description of a failure, even if the failure is reported already: the sidecar
    joins both. `exception` is the one being handled, if the report is about it."""
    known = reported_id(exception) if exception is not None else None
    draft = _draft(observation, exception, attributes)
    failure_id = emit(draft, known)
    if exception is not None:
        attach_id(exception, failure_id)
    return failure_id


def reported_id(exception: BaseException) -> str | None:
    """The id under which `exception` was reported; attaches it if it was found by class or text."""
    known = attached_id(exception) or _id_of_cause(exception) or unclaimed_failures.claim(exception, run_id())
    if known and attached_id(exception) is None:
        attach_id(exception, known)
    return known


def run_id() -> AttributeValue:
    """The id of the current run; None outside a run."""
    scope = current.get()
    return scope.attributes.get(own.RUN_ID) if scope else None


def handled_exception() -> BaseException | None:
    """The failure that the current `except` block handles; None without one."""
    exception = sys.exception()
    return exception if is_failure(exception) else None


def _report_one(exception: BaseException, attributes: Mapping[str, AttributeValue]) -> str:
    origin = foreign_origin(exception)  # reported again, under the same id: the sidecar stores it once
    known = reported_id(exception)
    if known and origin is None:
        return known
    if origin is not None:
        attributes = {**origin.attributes, **attributes}
    failure_id = emit(_draft(observation_of(exception), exception, attributes), known)
    attach_id(exception, failure_id)
    return failure_id


def _draft(
    observation: Observation, exception: BaseException | None, attributes: Mapping[str, AttributeValue]
) -> SpanDraft:
    scope = current.get()
    observed: dict[str, AttributeValue] = {**observation.attributes}
    if observation.error_type:
        observed["error.type"] = observation.error_type
    if observation.error_code:
        observed[own.FAILURE_CODE] = observation.error_code
    return SpanDraft(
        name=_function_that_failed(exception) or _calling_function() or SPAN_NAME,
        attributes={**(scope.attributes if scope else {}), **observed, **attributes},
        message=observation.message,
        exception_type=observation.exception_type,
        stacktrace=_stacktrace(exception) if exception is not None else "",
        time_unix_nano=time.time_ns(),
    )


def _function_that_failed(exception: BaseException | None) -> str:
    """The innermost function of the program, not of a library, that `exception` left: the skill of a failure outside a
    step."""
    found = ""
    frame = exception.__traceback__ if exception is not None else None
    for _ in range(MAX_FRAMES):
        if frame is None:
            break
        found = _skill_of(frame.tb_frame.f_code) or found
        frame = frame.tb_next
    return bounded_name(found)


def _calling_function() -> str:
    """The innermost function of the program that is running: the skill of a report without an exception."""
    frame = sys._getframe(1)
    for _ in range(MAX_FRAMES):
        if skill := _skill_of(frame.f_code):
            return bounded_name(skill)
        if frame.f_back is None:
            break
        frame = frame.f_back
    return ""


def _skill_of(code: CodeType) -> str:
    """The function's name, that of its function for a lambda or a comprehension, and the file's name for code outside
    every function; empty in a library."""
    if is_library(code.co_filename):
        return ""
    name = next((part for part in reversed(code.co_qualname.split(".")) if not part.startswith("<")), "")
    if name or code.co_name != "<module>":
        return name
    stem = os.path.splitext(os.path.basename(code.co_filename))[0]  # noqa: PTH119, PTH122 - as above
    return "" if stem.isdecimal() else stem  # a cell of Jupyter


def is_library(file_name: str) -> bool:
    is_installed = "site-packages" in file_name or "dist-packages" in file_name
    return is_installed or file_name.startswith((_STDLIB, _PACKAGE, "<"))


def _stacktrace(exception: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(exception, limit=-MAX_FRAMES))
    except BaseException as error:  # for example from __str__
        reraise_if_signalled(error)
        return ""


def _id_of_cause(exception: BaseException) -> str | None:
    for cause, is_explicit in _causes(exception):
        known = attached_id(cause)
        if known and _is_same_failure(exception, cause, is_explicit=is_explicit):
            return known
    return None


def _causes(exception: BaseException) -> Iterator[tuple[BaseException, bool]]:
    """The causes of `exception`, nearest first, each with whether all links to it are explicit (`raise … from`)."""
    is_explicit = True
    for _ in range(MAX_CAUSES):
        cause = exception.__cause__
        if cause is None:
            cause = None if exception.__suppress_context__ else exception.__context__
            is_explicit = False
        if cause is None:
            return
        yield cause, is_explicit
        exception = cause


def _is_same_failure(exception: BaseException, cause: BaseException, *, is_explicit: bool) -> bool:
    """Whether `exception` is the same failure as its cause: it contains the cause's text, or both have the same verdict
    and the link is explicit. An exception raised while the cause was handled, such as by a fallback, is a failure of
    its own unless it contains the text."""
    inner = text_of(cause)
    if inner == text_of(exception) != "" and class_name_of(cause) == class_name_of(exception):
        return is_explicit
    if len(inner) >= MIN_CONTAINED_CHARS and inner in text_of(exception):
        return True
    return is_explicit and _same_verdict(exception, cause)


def _same_verdict(one: BaseException, other: BaseException) -> bool:
    from failcat._reporting.verdicts import verdict_on  # noqa: PLC0415 - loads the catalog

    verdict = verdict_on(observation_of(one))
    return verdict.known and verdict.code == verdict_on(observation_of(other)).code
