"""Reads the sign between the name of a secret and its value: `=`, `:`, `=>`, a comma in a tuple, the end of a tag."""

from __future__ import annotations

from failcat_catalog.redaction.marks import START
from failcat_catalog.redaction.names import Name
from failcat_catalog.redaction.view import FILL

CLOSERS = frozenset(f"\"'`]{FILL}")
BLANKS = frozenset(f" \t{FILL}")
CONTEXT_CHARS = 24  # before a name that tell what it is a part of
QUOTES = ("'", '"', "`")

_OPENERS = frozenset(f" \t[({FILL}")
_BETWEEN_ITEMS = (" ", "\n", '"', "'", FILL, ",")
_MAX_TAG_CHARS = 64
_MAX_DEPTH = 8
_BLANK_LINE = "\r\n\r\n"  # between the name and the value of a form's part
_CDATA = "<![CDATA["
_VALUE = "value"
_STRING_VALUE = '{"stringvalue":'


class Reader:
    """A position in a text, first behind a name."""

    def __init__(self, view: str, lower: str, start: int, name: Name) -> None:
        self.view, self.lower, self.start, self.name = view, lower, start, name
        self.at = name.end
        self.read_to = name.end  # what was read needs no second look: keeps the scan linear
        self.is_list = False
        self.depth = 0  # of the sign between name and value, see `view`

    def char(self) -> str:
        return self.view[self.at : self.at + 1]

    def skip(self, chars: frozenset[str]) -> bool:
        """Whether a quote was among the skipped characters."""
        start, view, size = self.at, self.view, len(self.view)
        while self.at < size and view[self.at] in chars:
            self.at += 1
        skipped = view[start : self.at]
        return '"' in skipped or "'" in skipped

    def before(self) -> str:
        return self.view[max(self.start - CONTEXT_CHARS, 0) : self.start]

    def fills(self, at: int) -> int:
        """How deeply the sign at `at` is encoded."""
        count = 0
        while count < _MAX_DEPTH and self.view[at - count - 1 : at - count] == FILL:
            count += 1
        return count

    def sign(self, *, is_quoted: bool) -> str:
        """The sign that assigns, passed over; empty for none. `is_quoted` if the name is."""
        before = self.at
        self.skip(BLANKS)
        sign = self.char()
        if sign and sign in "=:":
            self._pass_sign()
            while self.char() in ("=", ">", ":"):
                self.at += 1
            return sign
        if sign == "," and is_quoted:
            self._pass_sign()
            return sign
        return self._rare_sign(before, is_quoted=is_quoted)

    def value_follows(self) -> bool:
        """Passes over `value` of `{"name": "password", "value": "…"}`."""
        at = self.at
        while self.view[at : at + 1] in _BETWEEN_ITEMS:
            at += 1
        if self.lower.startswith(_VALUE, at):
            self.at = at + len(_VALUE)
            self.skip(CLOSERS)
            return True
        return False

    def to_value(self, sign: str) -> None:
        """Passes over blanks, brackets, a line break and the prefix of a string."""
        before = self.at
        self.skip(_OPENERS)
        self.is_list = "[" in self.view[before : self.at]
        if self.view.startswith(START, self.at - 1):
            self.at -= 1
        if sign != "=" and self.char() in ("\r", "\n"):
            self.at += 1
            self.skip(BLANKS | {"\n"})
        if self.view.startswith(_CDATA, self.at):
            self.at += len(_CDATA)
        if self.lower.startswith(_STRING_VALUE, self.at):
            self.at += len(_STRING_VALUE)
            self.skip(_OPENERS)
        if self.char() in ("b", "u", "r", "f") and self.view[self.at + 1 : self.at + 2] in QUOTES:
            self.at += 1

    def _rare_sign(self, before: int, *, is_quoted: bool) -> str:
        blank = self.at > before
        if self._ends_tag(blank=blank):
            return ">"
        if blank and self.before().rpartition(" ")[2].startswith("--"):
            return " "  # an option of a command line
        if (is_quoted if blank else self.char() in ("\n", ",")) and self.value_follows():
            return self.sign(is_quoted=False)
        if is_quoted and self.lower.startswith('name="', self.start - 6) and self.view.startswith(_BLANK_LINE, before):
            self.at = before + len(_BLANK_LINE)
            return "="
        self.at = before
        return ""

    def _ends_tag(self, *, blank: bool) -> bool:
        """Passes over the end of the start tag of an element of this name."""
        _, bracket, name = self.before().rpartition("<")
        if not bracket or name.startswith("/") or ">" in name or " " in name:
            return False
        end = self.view.find(">", self.at, self.at + _MAX_TAG_CHARS) if blank else self.at
        if end < 0 or self.view[end : end + 1] != ">":
            return False
        self.at = end
        self._pass_sign()
        return True

    def _pass_sign(self) -> None:
        self.depth = self.fills(self.at)
        self.at += 1
