"""Reports failures that no span reports, and knows which were reported: an exception is one failure, however far it
travels.

An exception is known by the mark that it got when a failing span ended because of it; else by the mark of an exception
that it only passes on; else by a failing span of the same run that told the same.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping

from failcat._guard import contain, harmless
from failcat._reporting.control_flow import is_failure, leaves
from failcat._reporting.emit import Draft, emit
from failcat._reporting.failing import MIN_CONTAINED_CHARS
from failcat._reporting.memory import mark, marked_id, sightings
from failcat._reporting.observation import class_name_of, observation_of, text_of
from failcat._scope import current, name_of
from failcat_catalog import attributes as own
from failcat_catalog.types import AttributeValue, Observation

MAX_CAUSES = 8
MAX_FRAMES = 100

SPAN_NAME = "failcat.failure"

_STDLIB = os.path.dirname(os.__file__)  # noqa: PTH120 - importing pathlib for it takes longer


@harmless(None)
def report(exception: BaseException, attributes: Mapping[str, AttributeValue] | None = None) -> str | None:
    """Reports `exception` unless it was, or steers the program. Returns the id of its failure (UUID text), of the first
    one for a group. Never raises, never waits."""
    if not is_failure(exception):
        return None
    found = [_report_one(leaf, attributes or {}) for leaf in leaves(exception) if is_failure(leaf)]
    if found and isinstance(exception, BaseExceptionGroup):
        mark(exception, found[0])
    return found[0] if found else None


def report_explicitly(
    observation: Observation, exception: BaseException | None, attributes: Mapping[str, AttributeValue]
) -> str:
    """Reports what the application says about a failure, also when the failure itself is known: the sidecar joins the
    two. `exception` is the one that is being handled, if the report is about it."""
    known = reported_id(exception) if exception is not None else None
    draft = _draft(observation, exception, attributes)
    failure_id = emit(draft, known)
    if exception is not None:
        mark(exception, failure_id)
    return failure_id


def reported_id(exception: BaseException) -> str | None:
    """The id under which `exception` was reported, by a span or by us; marks it when it was found by its likeness."""
    known = marked_id(exception) or _id_of_cause(exception) or sightings.claim(exception, run_id())
    if known:
        mark(exception, known)
    return known


def run_id() -> AttributeValue:
    """Of the current run; None outside of any."""
    scope = current.get()
    return scope.attributes.get(own.RUN_ID) if scope else None


def in_flight() -> BaseException | None:
    """The failure that is being handled right now."""
    exception = sys.exception()
    return exception if is_failure(exception) else None


def _report_one(exception: BaseException, attributes: Mapping[str, AttributeValue]) -> str:
    known = reported_id(exception)
    if known:
        return known
    failure_id = emit(_draft(observation_of(exception), exception, attributes), None)
    mark(exception, failure_id)
    return failure_id


def _draft(
    observation: Observation, exception: BaseException | None, attributes: Mapping[str, AttributeValue]
) -> Draft:
    scope = current.get()
    seen: dict[str, AttributeValue] = {**observation.attributes}
    if observation.error_type:
        seen["error.type"] = observation.error_type
    if observation.error_code:
        seen[own.FAILURE_CODE] = observation.error_code
    return Draft(
        name=_function_that_failed(exception) or SPAN_NAME,
        attributes={**(scope.attributes if scope else {}), **seen, **attributes},
        message=observation.message,
        exception_type=observation.exception_type,
        stacktrace=_stacktrace(exception) if exception is not None else "",
        time_unix_nano=time.time_ns(),
    )


def _function_that_failed(exception: BaseException | None) -> str:
    """The innermost function of the program itself that `exception` left: the skill of a failure outside any step."""
    found = ""
    traceback_left = exception.__traceback__ if exception is not None else None
    for _ in range(MAX_FRAMES):
        if traceback_left is None:
            break
        code = traceback_left.tb_frame.f_code
        if not code.co_name.startswith("<") and not _is_library(code.co_filename):
            found = code.co_name
        traceback_left = traceback_left.tb_next
    return name_of(found)


def _is_library(file_name: str) -> bool:
    return file_name.startswith((_STDLIB, "<")) or "site-packages" in file_name or "dist-packages" in file_name


def _stacktrace(exception: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(exception, limit=-MAX_FRAMES))
    except BaseException as error:  # a __str__ that raises
        contain(error)
        return ""


def _id_of_cause(exception: BaseException) -> str | None:
    for cause, is_explicit in _causes(exception):
        known = marked_id(cause)
        if known and passes_on(exception, cause, is_explicit=is_explicit):
            return known
    return None


def _causes(exception: BaseException) -> Iterator[tuple[BaseException, bool]]:
    """What led to `exception`, nearest first, and whether every link says so (`raise … from`)."""
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


def passes_on(exception: BaseException, cause: BaseException, *, is_explicit: bool) -> bool:
    """Whether `exception` is the same failure as its cause under another name: it holds its text, or the catalog says
    the same of both. What was only raised while the cause was being handled, such as a fallback that fails alike, is a
    failure of its own unless it holds the text."""
    inner = text_of(cause)
    if inner == text_of(exception) != "" and class_name_of(cause) == class_name_of(exception):
        return is_explicit
    if len(inner) >= MIN_CONTAINED_CHARS and inner in text_of(exception):
        return True
    return is_explicit and _same_verdict(exception, cause)


def _same_verdict(one: BaseException, other: BaseException) -> bool:
    from failcat._reporting.verdicts import verdict_on  # noqa: PLC0415 - the catalog is loaded for the first failure that needs it

    verdict = verdict_on(observation_of(one))
    return verdict.known and verdict.code == verdict_on(observation_of(other)).code
