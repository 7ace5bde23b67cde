"""Finds the spans or log records of a large request in steps, and stores its framing as numbers instead of objects."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.otlp import wire

MAX_REQUEST_FIELDS = 250_000
"""Spans or log records of a request, their scopes and resources, and every other field beside them. The largest request
allowed (32 MiB) holds about 50,000 real spans."""

STEP_FIELDS = 4_096
"""Per step, about 5 ms."""

_RESOURCES, _RESOURCE, _SCOPES, _SCOPE, _ITEMS = map(wire.tag, (1, 1, 2, 1, 2))
_Place = tuple[int, int]
_NOWHERE = (0, 0)


class ScopeLayout(NamedTuple):
    """The items of one ScopeSpans or ScopeLogs."""

    sender: int  # the index of its ResourceSpans or ResourceLogs
    resource: _Place
    scope: _Place
    items: range  # places


class RequestLayout:
    """The framing of one request, in arrays, because a request may hold 250,000 items. Traces and logs have the same
    framing with the same field numbers."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self._resources = array("I")  # two numbers each: start and end
        self._scopes = array("I")  # five numbers each
        self._starts = array("I")
        self._ends = array("I")
        self._fields = 0

    def __len__(self) -> int:
        return len(self._starts)

    def place(self, item: int) -> _Place:
        """Start and end of an item in the body."""
        return self._starts[item], self._ends[item]

    def scopes(self) -> Iterator[ScopeLayout]:
        """The scopes with items."""
        for at in range(0, len(self._scopes), 5):
            sender, start, end, first, behind = self._scopes[at : at + 5]
            resource = self._resources[2 * sender], self._resources[2 * sender + 1]
            yield ScopeLayout(sender, resource, (start, end), range(first, behind))

    def find(self) -> Iterator[None]:
        """Reads the framing in steps. Raises InvalidPayload for more than MAX_REQUEST_FIELDS, or if it is no
        request."""
        for field in wire.fields(self.body, 0, len(self.body)):
            if self._count():
                yield
            if field.tag == _RESOURCES:
                yield from self._find_scopes(field)

    def _find_scopes(self, outer: wire.Field) -> Iterator[None]:
        sender = len(self._resources) // 2
        self._resources.extend(_NOWHERE)
        for field in wire.fields(self.body, outer.start, outer.end):
            if self._count():
                yield
            if field.tag == _RESOURCE:
                self._resources[2 * sender : 2 * sender + 2] = array("I", (field.start, field.end))
            elif field.tag == _SCOPES:
                yield from self._find_items(sender, field)

    def _find_items(self, sender: int, outer: wire.Field) -> Iterator[None]:
        scope, first = _NOWHERE, len(self)
        for field in wire.fields(self.body, outer.start, outer.end):
            if self._count():
                yield
            if field.tag == _ITEMS:
                self._starts.append(field.start)
                self._ends.append(field.end)
            elif field.tag == _SCOPE:
                scope = field.start, field.end
        if len(self) > first:
            self._scopes.extend((sender, *scope, first, len(self)))

    def _count(self) -> bool:
        """Returns whether a step ends here."""
        self._fields += 1
        if self._fields > MAX_REQUEST_FIELDS:
            raise InvalidPayload(f"more than {MAX_REQUEST_FIELDS} spans or log records, or fields beside them")
        return self._fields % STEP_FIELDS == 0
