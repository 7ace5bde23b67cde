"""Strips locations from a message: stack frames, a quoted query, the paths of a validation report."""

from __future__ import annotations

_TRACEBACK = "Traceback (most recent call last):"
_VALIDATION = " validation error"
_FRAME_STARTS = ("at ", 'File "', "... ", "^", "~", "from /", "goroutine ", "created by ", "stack backtrace:", "--> ")
"""Of Java, JavaScript and .NET, Python, Ruby, Go and Rust, without their indentation."""


def strip_location(text: str) -> str:
    """`text` without stack frames and locations; a text of one line is unchanged."""
    if "\n" not in text:
        return text
    if _TRACEBACK in text:
        text = _raised(text)
    if _VALIDATION in text:
        return _broken_rules(text)
    text = text.partition("\nLINE ")[0]  # PostgreSQL shows the query from here on
    return "\n".join(line for line in text.split("\n") if not _is_frame(line.lstrip()))


def _is_frame(line: str) -> bool:
    """Also PHP's `#0 /a.php(12): f()`, Rust's `0: f` and Go's `/a.go:12 +0x1d`."""
    if line.startswith(_FRAME_STARTS):
        return True
    if line[:1] == "#":
        return line[1:2].isdecimal()
    if line[:1] == "/":
        return ":" in line
    number, colon, _ = line.partition(": ")
    return bool(colon) and number.isdecimal()


def _raised(text: str) -> str:
    """The text before a Python traceback, and the exception at its end."""
    before, _, trace = text.partition(_TRACEBACK)
    last = trace.rpartition(_TRACEBACK)[2] if _TRACEBACK in trace else trace
    lines = last.split("\n")
    start = next((at for at, line in enumerate(lines) if line and not line[0].isspace()), len(lines))
    return before.rstrip() + "\n" + "\n".join(lines[start:])


def _broken_rules(text: str) -> str:
    """A pydantic report reduced to the violated rules, which are its indented lines: no names, paths and input."""
    head, *lines = text.split("\n")
    rules = [line.partition(", input_value=")[0].strip() for line in lines if line.startswith("  ")]
    kept = dict.fromkeys(rule for rule in rules if rule and not rule.startswith("For further information"))
    return "\n".join([head.partition(_VALIDATION)[0] + _VALIDATION, *sorted(kept)])
