"""Contents in the query of a URL: the arguments of a tool that is called by GET."""

from __future__ import annotations

from failcat_catalog.redaction.marks import START, mark

_MARK = mark("content")
_MAX_VALUE_CHARS = 32
_BLANKS = ("+", "%20", " ")


def without_contents_in_query(url: str) -> str:
    """`url` with a mark for each parameter that is prose or long; versions, ids and flags stay."""
    path, question, query = url.partition("?")
    if not question:
        return url
    return path + question + "&".join(map(_without_content, query.split("&")))


def _without_content(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    text = value if equals else name
    if START in text or not (len(text) > _MAX_VALUE_CHARS or any(blank in text for blank in _BLANKS)):
        return parameter
    return f"{name}={_MARK}" if equals else _MARK
