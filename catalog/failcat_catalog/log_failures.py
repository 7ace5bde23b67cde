"""Whether a log record reports a failure, and which: the one predicate for decoding and extraction.

An application's own `failure.code` is a failure. A known event is one by its name and its own fields, at any severity.
Everything else has to be an exception, or a named event with `error.type` or `error.message`, from ERROR on: a lower
severity says that the error was handled (semantic conventions, "recording errors"); without a severity it counts.
The event's name may be the record's, an attribute or the body; a body that is a map may have the fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from failcat_catalog import attributes as own
from failcat_catalog.contract import (
    ERROR_TYPE,
    EXCEPTION_EVENT,
    EXCEPTION_MESSAGE,
    EXCEPTION_TYPE,
    OWN_REPORTS,
    code_text,
    told_error_type,
)
from failcat_catalog.finish_reasons import FINISH_REASONS, failing_finish_reason
from failcat_catalog.log_events import (
    CALL_KEYS,
    CONVENTIONS,
    EXCUSING_VALUES,
    FAILING_VALUES,
    HTTP_STATUS,
    IMPLIED,
    KNOWN,
    MESSAGE_KEYS,
    OPERATION,
    OUTPUT_OF_FAILED_TOOL,
    SEVERITY_ERROR,
    SHARED,
    STACKTRACE_KEYS,
    TERMINATE_REASON,
    TOOL_NAME,
    TYPE_KEYS,
    Counts,
)
from failcat_catalog.types import AttributeValue

Fields = Mapping[str, AttributeValue]

MAX_NAME_CHARS = 128
"""Of an event's name; a longer body is a text."""

MARKED_KEYS = (
    *(EXCEPTION_TYPE, EXCEPTION_MESSAGE, *STACKTRACE_KEYS, ERROR_TYPE, "error.message", "error"),
    *OWN_REPORTS,
)
"""A record that reports something has one of these keys, or one of MARKED_NAMES in it."""

_TOOL_ERROR = "tool_error"  # the MCP conventions' `error.type` of a tool that reports an error
_NO_TEXT = frozenset({"true", "_other"})  # an error, and nothing about it
_MAX_WORD_CHARS = 64  # read of a value that may be one of the words
_STATUS_KEYS = frozenset({HTTP_STATUS, *CONVENTIONS[HTTP_STATUS]})
_ERROR_KEYS = frozenset({EXCEPTION_TYPE, *TYPE_KEYS, *MESSAGE_KEYS})
_TELLING = frozenset({*_STATUS_KEYS, *_ERROR_KEYS, *FAILING_VALUES})
_EXCUSING = frozenset(EXCUSING_VALUES)
_NESTED = ("error", "exception")  # maps with the fields `type` and `message`
_LEVELS = (("TRACE", 1), ("DEBUG", 5), ("INFO", 9), ("NOTICE", 10), ("WARN", 13), ("ERR", 17), ("SEVERE", 17))
_HIGHEST_LEVELS = (("CRIT", 21), ("FATAL", 21), ("ALERT", 21), ("EMERG", 21), ("PANIC", 21))


class LogFailure(NamedTuple):
    """The failure that a log record reports, raw as sent."""

    exception_type: str
    message: str
    stacktrace: str
    error_type: str
    attributes: Fields  # the record's own, and the conventions' where the sender names them otherwise
    ordinal: tuple[str, ...]  # tells it apart from others of its span and time; an exception's must never change


def _marked_names() -> Iterator[str]:
    names = [EXCEPTION_EVENT, *SHARED, *(name for name, known in KNOWN.items() if known.counts is not Counts.NEVER)]
    for name in names:
        if not any(other in name for other in names if other != name):
            yield name


MARKED_NAMES = tuple(_marked_names())


def severity_of(number: int, text: str) -> int:
    """The severity number, else what the text stands for; 0 if neither says anything."""
    level = text.strip().upper()
    return number or next((least for name, least in (*_LEVELS, *_HIGHEST_LEVELS) if level.startswith(name)), 0)


def log_failure(event_name: str, body: AttributeValue, severity: int, attributes: Fields) -> LogFailure | None:
    """None if the record reports no failure."""
    fields = _fields(body, attributes)
    named = list(filter(_is_name, (event_name, _text(fields.get("event.name")), _text(fields.get("event_name")))))
    text = body if isinstance(body, str) else ""
    names = [*named, text] if _is_name(text) else named
    if code_text(attributes.get(own.FAILURE_CODE)):
        return _explicit(text, attributes)
    counts = _counts(names, severity)
    if counts is not None:
        return _known_failure(names, text, fields, attributes) if _fails(counts, fields) else None
    if _is_generic_failure(named, severity, fields):
        return _generic_failure(named, text, fields, attributes)
    return None


def _fields(body: AttributeValue, attributes: Fields) -> Fields:
    """The attributes, and the fields of a body or of an error that are maps."""
    if isinstance(body, dict):
        attributes = {**body, **attributes}
    nested = {
        f"{name}.{key}": value
        for name in _NESTED
        if isinstance(inner := attributes.get(name), dict)
        for key, value in inner.items()
    }
    return {**nested, **attributes} if nested else attributes


def _is_name(text: str) -> bool:
    """Rust's tracing names every log line `event file:line`."""
    return 0 < len(text) <= MAX_NAME_CHARS and text.split() == [text]


def _counts(names: Iterable[str], severity: int) -> Counts | None:
    """None for an event of which nothing is known."""
    for known in (KNOWN[name] for name in names if name in KNOWN):
        return known.counts if not 0 < severity < known.lowest_severity else Counts.NEVER
    if 0 < severity < SEVERITY_ERROR:
        return None
    return next((SHARED[end] for name in names for end in _ends(name) if end in SHARED), None)


def _ends(name: str) -> Iterator[str]:
    """The name, and what is behind each of its dots."""
    while name:
        yield name
        name = name.partition(".")[2]


def _translated(fields: Fields, names: Iterable[str]) -> Iterator[tuple[str, AttributeValue]]:
    """The conventions' attributes that the event has under other names."""
    for name in names:
        yield from IMPLIED.get(name, {}).items()
    for key, others in CONVENTIONS.items():
        if not _has(fields, key):
            value = next((fields[other] for other in others if _has(fields, other)), None)
            if key == HTTP_STATUS:
                value = _number(value)
            if value is not None:
                yield key, value


def _has(fields: Fields, key: str) -> bool:
    return key in fields and fields[key] not in (None, "", [])


def _fails(counts: Counts, fields: Fields) -> bool:
    """Most events went well: this looks only at the fields that are there."""
    keys = fields.keys()
    if counts is Counts.NEVER or any(_is_one_of(EXCUSING_VALUES, key, fields[key]) for key in keys & _EXCUSING):
        return False
    if counts is Counts.ALWAYS or any(_tells(key, fields[key]) for key in keys & _TELLING):
        return True
    return bool(failing_finish_reason(fields))


def _tells(key: str, value: AttributeValue) -> bool:
    if key in _STATUS_KEYS:
        return (_number(value) or 0) >= 400
    return _is_one_of(FAILING_VALUES, key, value) or (key in _ERROR_KEYS and _says_error(value))


def _is_one_of(values: Mapping[str, frozenset[str]], key: str, value: AttributeValue) -> bool:
    return key in values and _text(value)[:_MAX_WORD_CHARS].lower() in values[key]


def _status(fields: Fields) -> int:
    return _number(fields.get(HTTP_STATUS)) or 0


def _number(value: AttributeValue) -> int | None:
    text = code_text(value)
    return int(text) if len(text) == 3 and text.isdecimal() and text.isascii() else None


def _says_error(value: AttributeValue) -> bool:
    return bool(told_error_type(_text(value)[:_MAX_WORD_CHARS]))


def _text(value: AttributeValue) -> str:
    return str(value).lower() if isinstance(value, bool) else code_text(value)


def _is_generic_failure(named: list[str], severity: int, fields: Fields) -> bool:
    if 0 < severity < SEVERITY_ERROR:
        return False
    if any(_text(fields.get(key)) for key in (EXCEPTION_TYPE, EXCEPTION_MESSAGE, *STACKTRACE_KEYS)):
        return True
    told = any(_says_error(fields.get(key)) for key in (ERROR_TYPE, "error.message"))
    return bool(named) and (told or any(map(_is_exception_event, named)))


def _is_exception_event(name: str) -> bool:
    return name == EXCEPTION_EVENT or name.endswith("." + EXCEPTION_EVENT)


def _explicit(text: str, attributes: Fields) -> LogFailure:
    exception_type, message = _exception(attributes)
    return LogFailure(
        exception_type,
        message or text,
        _first(attributes, STACKTRACE_KEYS),
        _first(attributes, (ERROR_TYPE,)),
        attributes,
        (exception_type, message),
    )


def _exception(fields: Fields) -> tuple[str, str]:
    return code_text(fields.get(EXCEPTION_TYPE)), code_text(fields.get(EXCEPTION_MESSAGE))


def _first(fields: Fields, keys: Iterable[str]) -> str:
    """The first text that says something."""
    told = (_text(fields[key]) for key in keys if key in fields and _says_error(fields[key]))
    return next((text for text in told if text.lower() not in _NO_TEXT), "")


def _generic_failure(named: list[str], text: str, fields: Fields, attributes: Fields) -> LogFailure:
    exception_type, raw_message = _exception(fields)
    message = raw_message or _first(fields, ("error.message",)) or _text_of_body(named, text)
    error_type = _first(fields, (ERROR_TYPE,))
    if not error_type and not exception_type:
        # The conventions: the event's name is what `error.type` would be.
        error_type = next((name for name in named if not _is_exception_event(name)), "")
    is_exception = exception_type or raw_message or any(map(_is_exception_event, named))
    return LogFailure(
        exception_type,
        message,
        _first(fields, STACKTRACE_KEYS),
        error_type,
        {**attributes, ERROR_TYPE: error_type} if error_type else attributes,
        (exception_type, raw_message) if is_exception else (error_type, message),
    )


def _known_failure(names: list[str], text: str, fields: Fields, attributes: Fields) -> LogFailure:
    fields = {**fields, **dict(_translated(fields, names))}
    exception_type, raw_message = _exception(fields)
    message = _first(fields, MESSAGE_KEYS)
    error_type = _first(fields, (*TYPE_KEYS, TERMINATE_REASON))
    if " " in error_type:  # Copilot: the error's text
        message, error_type = message or error_type, ""
    reason = failing_finish_reason(fields)
    if reason and not error_type:
        error_type, message = reason, message or f"finish reason: {reason}"
    if _has(fields, TOOL_NAME):
        message = message or _first(fields, (OUTPUT_OF_FAILED_TOOL,))
        error_type = error_type or ("" if exception_type or _status(fields) >= 400 else _TOOL_ERROR)
    message = message or _text_of_body(names, text)
    told: dict[str, AttributeValue] = {key: fields[key] for key in CONVENTIONS if key in fields}
    if reason and FINISH_REASONS not in attributes:
        told[FINISH_REASONS] = [reason]
    if error_type:
        told[ERROR_TYPE] = error_type
    if _has(fields, TOOL_NAME):
        told[OPERATION] = fields.get(OPERATION, "execute_tool")
    is_exception = exception_type or raw_message or any(map(_is_exception_event, names))
    calls = (_text(fields[key]) for key in CALL_KEYS if key in fields)
    return LogFailure(
        exception_type,
        message,
        _first(fields, STACKTRACE_KEYS),
        error_type,
        {**{key: value for key, value in attributes.items() if not _repeats(key, value, message)}, **told},
        (exception_type, raw_message) if is_exception else (error_type, message, *calls),
    )


def _repeats(key: str, value: AttributeValue, message: str) -> bool:
    """The message has a column of its own."""
    return key in MESSAGE_KEYS and value == message


def _text_of_body(names: Iterable[str], text: str) -> str:
    """A body that tells what happened. The body of a GenAI event is a part of a conversation."""
    return "" if _is_name(text) or any(name.startswith("gen_ai.") for name in names) else text
