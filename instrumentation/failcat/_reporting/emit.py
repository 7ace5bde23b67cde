"""Creates spans for failures that no span reports and for outcomes of recoveries.

Only Failcat's sender gets them, so that the agent's own backend sees nothing new. With FAILCAT_ENDPOINT=off, when a
Collector forwards everything, they are created by the agent's tracer provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags

from failcat._ancestors import with_ancestors
from failcat._delivery.lifecycle import sender
from failcat._delivery.outgoing import clean_attributes
from failcat._delivery.sender import Sender
from failcat._delivery.settings import keeps_contents
from failcat._reporting.recent_failures import reports_by_span
from failcat._scope import current, random_id
from failcat_catalog import attributes as own
from failcat_catalog.contract import NO_EVENT
from failcat_catalog.identity import failure_id, uuid_text
from failcat_catalog.text import MAX_MESSAGE_BYTES, MAX_STACKTRACE_BYTES, cleaned, cleaned_middle
from failcat_catalog.types import AttributeValue

SCOPE_NAME = "failcat"
_SCOPE = InstrumentationScope(SCOPE_NAME)
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)


@dataclass(frozen=True, slots=True)
class SpanDraft:
    """The content of a span that starts and ends at one moment."""

    name: str
    attributes: Mapping[str, AttributeValue]
    time_unix_nano: int
    message: str = ""
    exception_type: str = ""
    stacktrace: str = ""
    is_failure: bool = True


def emit(draft: SpanDraft, known_id: str | None = None) -> str:
    """Sends a span in the current trace. Returns the id of the failure that it reports: `known_id` if given, else the
    id computed from the span."""
    queue = sender()
    parent = _current_context()
    failure = _send_through_tracer(draft, known_id) if queue is None else _send_directly(draft, parent, queue, known_id)
    if parent is not None and draft.is_failure:
        reports_by_span.add(parent.span_id, failure)
    return failure


def _send_directly(draft: SpanDraft, parent: SpanContext | None, queue: Sender, known_id: str | None) -> str:
    context = SpanContext(_trace_id(parent), random_id(8), is_remote=False, trace_flags=_SAMPLED)
    event = _event(draft)
    failure = known_id or _id_of(draft, context, has_event=event is not None)
    queue.put(
        ReadableSpan(
            name=draft.name,
            context=context,
            parent=parent,
            resource=resource(),
            attributes=clean_attributes(_attributes(draft, failure), keep_contents=keeps_contents()),
            events=[event] if event else [],
            status=_status(draft),
            start_time=draft.time_unix_nano,
            end_time=draft.time_unix_nano,
            instrumentation_scope=_SCOPE,
        ),
        ancestors=with_ancestors(trace.get_current_span()) if draft.is_failure else (),
    )
    return failure


def _send_through_tracer(draft: SpanDraft, known_id: str | None) -> str:
    tracer = trace.get_tracer(SCOPE_NAME)
    span = tracer.start_span(draft.name, start_time=draft.time_unix_nano)
    event = _event(draft)
    failure = known_id or _id_of(draft, span.get_span_context(), has_event=event is not None)
    for key, value in clean_attributes(_attributes(draft, failure), keep_contents=keeps_contents()).items():
        span.set_attribute(key, value)
    if event:
        span.add_event(event.name, event.attributes, event.timestamp)
    span.set_status(_status(draft))
    span.end(draft.time_unix_nano)
    return failure


def resource() -> Resource:
    """The resource of the agent's tracer provider, which names the service."""
    found = getattr(trace.get_tracer_provider(), "resource", None)
    return found if isinstance(found, Resource) else Resource.create()


def _attributes(draft: SpanDraft, failure: str) -> Mapping[str, AttributeValue]:
    return {**draft.attributes, own.REPORTED_ID: failure} if draft.is_failure else draft.attributes


def _event(draft: SpanDraft) -> Event | None:
    if not draft.exception_type:
        return None
    keep = keeps_contents()
    attributes = {
        "exception.type": draft.exception_type,
        "exception.message": cleaned(draft.message, MAX_MESSAGE_BYTES, keep_contents=keep),
        "exception.stacktrace": cleaned_middle(draft.stacktrace, MAX_STACKTRACE_BYTES, keep_contents=keep),
    }
    return Event("exception", attributes, draft.time_unix_nano)


def _status(draft: SpanDraft) -> Status:
    if not draft.is_failure:
        return Status()
    return Status(StatusCode.ERROR, cleaned(draft.message, MAX_MESSAGE_BYTES, keep_contents=keeps_contents()))


def _id_of(draft: SpanDraft, context: SpanContext, *, has_event: bool) -> str:
    trace_id, span_id = context.trace_id.to_bytes(16, "big"), context.span_id.to_bytes(8, "big")
    return uuid_text(failure_id(draft.time_unix_nano, trace_id, span_id, 0 if has_event else NO_EVENT))


def _current_context() -> SpanContext | None:
    context = trace.get_current_span().get_span_context()
    return context if context.is_valid else None


def _trace_id(parent: SpanContext | None) -> int:
    if parent is not None:
        return parent.trace_id
    scope = current.get()
    return scope.trace_id if scope else random_id(16)
