"""Status descriptions: Python's SDK writes `TimeoutError: boom`, others only `boom`."""

from __future__ import annotations

_TYPE_ENDINGS = ("Error", "Exception", "ExceptionGroup", "Interrupt", "Exit", "Warning", "Iteration")
_MAX_TYPE_CHARS = 256
_PYTHON_TRACEBACK = "Traceback (most recent call last)"
_JAVA_THREAD = 'Exception in thread "'


def last_segment(type_name: str) -> str:
    """`RateLimitError` of `openai.RateLimitError`."""
    return type_name.rpartition(".")[2]


def split_description(description: str, known_types: tuple[str, ...]) -> tuple[str, str]:
    """(exception type, message). The type is empty if the description does not begin with one: with a class name among
    `known_types`, or with what can only be a class name."""
    head, colon, tail = description.partition(":")
    if colon and (not tail or tail[0].isspace()) and _is_type(head, known_types):
        return head, tail.strip()
    if description and description in map(last_segment, known_types):  # an exception without a message
        return description, ""
    return "", description


def raised_by(stacktrace: str) -> tuple[str, str]:
    """(exception type, message) of the exception that a stack trace shows; both empty if it shows none. Python writes
    it in the last line, others in the first."""
    lines = [line for line in stacktrace.strip().splitlines() if line.strip()]
    if not lines:
        return "", ""
    line = lines[-1] if lines[0].startswith(_PYTHON_TRACEBACK) else lines[0]
    if line.startswith(_JAVA_THREAD):
        line = line.removeprefix(_JAVA_THREAD).partition('" ')[2]
    exception_type, message = split_description(line, ())
    return (exception_type, message) if exception_type else ("", "")


def _is_type(head: str, known_types: tuple[str, ...]) -> bool:
    if len(head) > _MAX_TYPE_CHARS or not head.replace(".", "").isidentifier():
        return False
    name = last_segment(head)
    return (name[:1].isupper() and name.endswith(_TYPE_ENDINGS)) or name in map(last_segment, known_types)
