"""Recognises secrets by the name before them: `password=…`, `"api_key": "…"`, `('token', '…')`."""

from __future__ import annotations

from collections.abc import Iterator

from failcat_catalog.redaction.gates import names_in
from failcat_catalog.redaction.marks import START, Span
from failcat_catalog.redaction.names import Proof
from failcat_catalog.redaction.randomness import is_mixed, is_random
from failcat_catalog.redaction.reader import BLANKS, CLOSERS, CONTEXT_CHARS, QUOTES, Reader
from failcat_catalog.redaction.schemes import credentials_of, token_end
from failcat_catalog.redaction.values import is_neutral, is_secret, is_uuid
from failcat_catalog.redaction.view import FILL

_ENDS = frozenset(" \t\r\n,;&|\"'`<>()[]{}")
_ENDS_IN_PROSE = _ENDS | frozenset(":=")  # also keeps the scan of `key:key:key:` linear
_ENDS_OF_PARAMETER = frozenset(" \t\r\n&\"'`<>")
_MAX_HEADER_CHARS = 4_096
_MIN_CHARS_AFTER_COLON = 6
_MIN_PASSWORD_CHARS = 8
_MIN_TOKEN_CHARS = 20
_MAX_LOGIN_CHARS = 64
_VERBS = ("is ", "was ", "of ", "provided ", "provided: ", "used ", "value ", "set to ", "to ", "changed to ")
_GETTERS = ("get", "env", "read", "load", "fetch", "find", "lookup", "input", "prompt", "resolve", "ref")


def assigned(view: str, lower: str, stems: list[str]) -> Iterator[Span]:
    """The values after names of secrets, in order."""
    spans = [span for stem in stems for span in _values(view, lower, stem)]
    spans.sort()
    done = 0
    for start, end, kind in spans:
        if start >= done:
            yield start, end, kind
            done = end


def _values(view: str, lower: str, stem: str) -> Iterator[Span]:
    names = names_in(view, lower, stem)
    found = next(names, None)
    while found:
        value = _Value(view, lower, *found)
        yield from value.spans()
        try:
            found = names.send(value.read_to)
        except StopIteration:
            return


class _Value(Reader):
    """Reads the value behind a name."""

    def spans(self) -> Iterator[Span]:
        """The secrets after the name: one, or each text of a list."""
        span = self._first()
        while span:
            yield span
            self.at = span[1]
            span = self._next_item() if self.is_list else None

    def _first(self) -> Span | None:
        is_quoted = self.skip(CLOSERS)
        sign = self.sign(is_quoted=is_quoted)
        if not sign:
            return None if is_quoted else self._prose()
        if sign == "," and self.value_follows():
            sign = self.sign(is_quoted=False) or ","
        self.to_value(sign)
        if self.char() in QUOTES:
            return self._quoted(self.char())
        if sign == ",":
            return None
        if self.name.is_header and (sign == ":" or self.name.kind == "cookie" or self.name.has_scheme):
            return self._header(len(self.view))
        return self._call() or self._unquoted(sign)

    def _next_item(self) -> Span | None:
        self.skip(CLOSERS - {"]"})
        is_item = self.char() == ","
        self.at += 1
        self.skip(BLANKS)
        return self._quoted(self.char()) if is_item and self.char() in QUOTES else None

    def _quoted(self, quote: str) -> Span | None:
        start = self.at + 1
        end = self._closing(quote, start)
        if self.name.is_header:
            self.at = start
            return self._header(end)
        value = self.view[start:end].strip(FILL)
        return self._span(start, end) if is_secret(value, self.name.kind, self.name.proof) else None

    def _closing(self, quote: str, start: int) -> int:
        """The end of a string: at a quote that is encoded no deeper than its first; else the end of the line."""
        depth = self.fills(start - 1)
        end = self.view.find(quote, start)
        while end > 0 and self.view[end - depth - 1] == FILL and end - depth - 1 >= start:
            end = self.view.find(quote, end + 1)
        if end < 0:
            newline = self.view.find("\n", start)
            end = newline if newline >= 0 else len(self.view)
        return end

    def _header(self, limit: int) -> Span | None:
        """A header's value, which extends to the end of its line or of its string."""
        start = self.at
        newline = self.view.find("\n", start, min(limit, start + _MAX_HEADER_CHARS))
        end = newline if newline >= 0 else min(limit, start + _MAX_HEADER_CHARS)
        found = credentials_of(self.view[start:end], self.name, is_whole=limit < len(self.view))
        self.read_to = start + (found[1] if found else token_end(self.view[start:end]))
        return self._span(start + found[0], start + found[1]) if found else None

    def _call(self) -> Span | None:
        """The text in `password=SecretStr('…')`, but not in `password=getenv('…')`."""
        at = self.at
        bracket = self.view.find("(", at, at + CONTEXT_CHARS)
        callee = self.lower[at:bracket]
        if bracket < 0 or not callee.replace(".", "").isidentifier() or any(map(callee.__contains__, _GETTERS)):
            return None
        self.at = bracket + 1
        self.skip(BLANKS)
        return self._quoted(self.char()) if self.char() in QUOTES else None

    def _unquoted(self, sign: str) -> Span | None:
        """The value up to a delimiter. After `:` prose is common, so only values that look random are secrets."""
        start = end = self.at
        if self.view.startswith(START, start):
            end = self.view.find("]", start) + 1 or len(self.view)
        ends = self._ends(sign)
        while end < len(self.view) and not (self.view[end] in ends and self._ends_value(end)):
            end += 1
        self.read_to = end
        value = self.view[start:end].strip(FILL)
        kind, proof = self.name.kind, self.name.proof
        if self.view[end : end + 1] in ("(", "[") and value.replace(".", "").isidentifier() and not is_random(value):
            return None  # a call, or an item
        proven = self._is_proven(value, end) if sign == ":" else is_secret(value, kind, proof)
        return self._span(start, end) if proven else None

    def _is_proven(self, value: str, end: int) -> bool:
        """Whether a value that ends at `end` is a secret after a colon, where prose is common."""
        kind, proof = self.name.kind, self.name.proof
        is_part = kind == "secret" and self.view[self.start - 1 : self.start] == ":"  # `arn:…:secret:name`
        if is_part or is_neutral(value, kind) or len(value) < _MIN_CHARS_AFTER_COLON:
            return False
        rest = self.view[end : end + 2]
        is_last = not rest.strip(" \r\n,;}&") or rest[0] in "\n\r,;}&"
        is_likely = is_mixed(value) or (kind == "password" and value.isdecimal())
        return is_random(value) or (is_last and is_likely and proof < Proof.RANDOM and kind != "token")

    def _ends(self, sign: str) -> frozenset[str]:
        if sign in ("=", ">", " "):
            before = self.before()
            return _ENDS_OF_PARAMETER if "?" in before or "&" in before else _ENDS
        return _ENDS_IN_PROSE

    def _ends_value(self, at: int) -> bool:
        return self.view[at - self.depth - 1] != FILL or at - self.depth - 1 < self.at

    def _prose(self) -> Span | None:
        """A value without a sign, as in `password is …`, `invalid subscription key …`: only what is random."""
        if self.char() != " ":
            return None
        self.at += 1
        for verb in _VERBS:
            if self.lower.startswith(verb, self.at):
                self.at += len(verb)
                break
        is_quoted = self.char() in QUOTES
        start = self.at + is_quoted
        end = start
        while end < len(self.view) and self.view[end] not in _ENDS_IN_PROSE:
            end += 1
        value = self.view[start:end].rstrip(".")
        if is_neutral(value, self.name.kind) or not self._is_evident(value, is_quoted=is_quoted):
            return None
        return self._span(start, start + len(value))

    def _is_evident(self, value: str, *, is_quoted: bool) -> bool:
        """Whether a value is a secret without a sign that assigns it."""
        if self.name.kind != "password":
            return len(value) >= _MIN_TOKEN_CHARS and is_random(value) and not is_uuid(value)
        is_netrc = "login " in self.lower[max(self.start - _MAX_LOGIN_CHARS, 0) : self.start]
        return is_mixed(value) if is_quoted or is_netrc else len(value) >= _MIN_PASSWORD_CHARS and is_random(value)

    def _span(self, start: int, end: int) -> Span | None:
        """Without the signs of an encoding that belong to what follows."""
        self.read_to = max(self.read_to, end)
        while end > start and self.view[end - 1] == FILL:
            end -= 1
        return (start, end, self.name.kind) if end > start else None
