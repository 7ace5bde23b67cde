"""The observed code: the error_code of a row, of a metric's label and of a group."""

from __future__ import annotations

from functools import lru_cache

from failcat_catalog.contract import class_name
from failcat_catalog.matcher.database_codes import database_code
from failcat_catalog.matcher.evidence import protocol_code
from failcat_catalog.matcher.facts import MAX_NAME_LENGTH, NO_INFORMATION
from failcat_catalog.matcher.patterns import MAX_TEXT_BYTES, re2_installed
from failcat_catalog.matcher.probes import CODE_PROBE, MENTION_PROBE, STATUS_PROBE, leading_code, leading_status
from failcat_catalog.matcher.tool_spans import is_tool_span
from failcat_catalog.types import UNKNOWN_ERROR, Observation

TOOL_ERROR = "tool_error"
"""The conventions' `error.type` of a tool that says no more than that it failed."""


def observed_code(observation: Observation) -> str:
    """The explicit failure.code, else error.type, else the exception's class, else a protocol code written as HTTP_429,
    GRPC_UNAVAILABLE, SQLSTATE_40P01 or MYSQL_1213, else a code in the text, else UNKNOWN_ERROR, of a tool's call
    tool_error. `_OTHER` and empty count as absent."""
    for value in (observation.error_code, observation.error_type, observation.exception_type):
        code = (_told if len(value) <= MAX_NAME_LENGTH else _told.__wrapped__)(value)
        if code:
            number = database_code(observation.attributes, code) if code.isdecimal() else ""
            return number or (f"HTTP_{code}" if _is_status(code) else code)
    code = protocol_code(observation.attributes) or _code_in_text(observation.message)
    return code or (TOOL_ERROR if is_tool_span(observation.attributes) else UNKNOWN_ERROR)


@lru_cache(maxsize=2048)
def _told(value: str) -> str:
    """The code or class in `value`, empty where it says nothing."""
    code = class_name(value.strip())
    return "" if code.lower() in NO_INFORMATION or code == UNKNOWN_ERROR else code


def _is_status(code: str) -> bool:
    return len(code) == 3 and code.isdecimal() and code[0] in "45"


def _code_in_text(message: str) -> str:
    """A machine code, a class or a status inside `message`, in this order."""
    text = message[:MAX_TEXT_BYTES].encode("utf-8", "replace")[:MAX_TEXT_BYTES]
    if not text or not re2_installed():
        return ""
    codes = [fact.removeprefix("textcode:") for fact in (*leading_code(message), *CODE_PROBE.read(text))]
    named = next((code for code in codes if "_" in code), "")
    mentioned = [fact for fact in MENTION_PROBE.read(text) if fact.startswith("inner:")] if not named else []
    if named or mentioned:
        return named or mentioned[0].removeprefix("inner:")
    statuses = [*leading_status(text), *STATUS_PROBE.read(text)]
    return next((f"HTTP_{fact.removeprefix('status:')}" for fact in statuses if fact.startswith("status:")), "")
