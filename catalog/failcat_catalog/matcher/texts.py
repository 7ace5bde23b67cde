"""The text of a failure, evaluated only as far as rules need it.

One pass finds the literals in a text. They imply which facts are certain and which are possible; the implications of a
set of literals are cached. A possible fact is evaluated when a rule that could win needs it. The work on one text is
bounded: at most MAX_TRIED patterns, those of the best rules, and at most MAX_VERIFIED_BYTES for all of them together.
The more patterns there are, the shorter the start of a long text that each of them searches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from failcat_catalog.matcher.automaton import MAX_LITERALS, Automaton
from failcat_catalog.matcher.codes import holds_code
from failcat_catalog.matcher.facts import Fact
from failcat_catalog.matcher.literals import RequiredLiterals, required_literals
from failcat_catalog.matcher.patterns import MAX_TEXT_BYTES, Regex, log_missing_re2, re2_installed
from failcat_catalog.matcher.probes import CAUSE_PROBE, PROBES, Probe, leading_status
from failcat_catalog.plain import plain

MAX_TRIED = 16
MAX_VERIFIED_BYTES = 16384

FIRST_BYTES = 1024
"""When the first bytes of a text hold MAX_LITERALS literals, the rest is not read."""

MAX_EXACT_LENGTH = 256
"""Rules with `exact` name short messages; longer messages are not compared."""

MAX_LABEL_LENGTH = 40
_LABELS = ("error", "exception")

CACHED_TEXTS = 32
MAX_CACHED_CHARS = 512
"""A failure that is passed on repeats its text at once, and a storm repeats few texts: a hit saves 3 to 8 µs. A larger
cache costs texts that do not repeat 2 µs."""
CACHED_IMPLICATIONS = 512
"""Texts of one form hold the same literals. Takes at most about 3 MiB."""

_RE2_META = frozenset("\\^$.[]|()?*+{}")
_PROBES = (CAUSE_PROBE, *PROBES)


Predicate = Fact | Probe
"""A question that is evaluated on a text: whether a possible fact holds, or which facts a probe finds."""

Result = tuple[Fact, ...]
"""The fact itself if it holds, or the facts that the probe finds."""

Literals = tuple[int, ...]
"""The literals of a text by their numbers."""


@dataclass(frozen=True, slots=True)
class Implications:
    """The facts and probes that the literals in a text imply."""

    facts: frozenset[Fact]  # certain and possible
    possible: frozenset[Fact]  # of those, the ones that must be evaluated
    words: Mapping[Fact, Sequence[str]]  # facts that hold if the text contains one of these words, in lower case
    tried: Mapping[Fact, int]  # facts that hold if the pattern of this number matches
    probes: tuple[Probe, ...]  # those that may find something
    names_causes: bool = False  # the text may name the exceptions that caused this one


NO_IMPLICATIONS = Implications(frozenset(), frozenset(), {}, {}, ())


class ScannedText:
    """One text with the results evaluated on it so far; shared by all observations that carry it."""

    __slots__ = ("_literals", "_lowered", "_results", "_scanner", "facts", "kind", "text")

    def __init__(self, scanner: TextScanner, message: str, text: bytes, literals: Literals | None) -> None:
        self._scanner = scanner
        self._literals = literals
        self.text = text
        leading = leading_status(text)
        whole = "exact:" + _without_label(message) if 0 < len(message) <= MAX_EXACT_LENGTH else ""
        self.facts = (*leading, whole) if whole else leading
        # Texts of one kind are equivalent until a predicate is evaluated; only whole messages that a rule names count.
        self.kind = literals, leading, whole if whole in scanner.whole_messages else ""
        self._lowered = ""
        self._results: dict[Predicate, Result] = {}

    @property
    def implications(self) -> Implications:
        """The facts and probes that the literals in the text imply."""
        return self._scanner.implications(self._literals)

    def evaluate(self, predicate: Predicate) -> Result:
        """The result of `predicate` on this text; computed once."""
        result = self._results.get(predicate)
        if result is None:
            result = self._results[predicate] = self._evaluate(predicate)
        return result

    def _evaluate(self, predicate: Predicate) -> Result:
        if isinstance(predicate, Probe):
            return predicate.read(self.text)
        return (predicate,) if self._holds(predicate) else ()

    def _holds(self, fact: Fact) -> bool:
        implications = self.implications
        number = implications.tried.get(fact)
        if number is not None:
            return self._scanner.regex(number).found_in(self._window(len(implications.tried)))
        if not self._lowered:
            self._lowered = self.text.lower().decode("latin-1")
        words = implications.words.get(fact)
        if words is not None:
            return any(word in self._lowered for word in words)
        return holds_code(self._lowered, fact.removeprefix("textcode:"))

    def _window(self, tried: int) -> bytes:
        """The start of the text that each of `tried` patterns searches."""
        return self.text if tried * len(self.text) <= MAX_VERIFIED_BYTES else self.text[: MAX_VERIFIED_BYTES // tried]


class TextScanner:
    """Scans texts for one catalog. `codes`: the facts of machine codes in a text; `pattern_facts`: the facts of the
    rules' patterns, the most important first; `whole_messages`: the `exact:` facts that rules name."""

    def __init__(
        self,
        codes: Sequence[Fact],
        pattern_facts: Sequence[Fact],
        known_literals: Mapping[str, RequiredLiterals],
        whole_messages: Set[Fact] = frozenset(),
    ) -> None:
        self.whole_messages = whole_messages
        self._facts = (*codes, *pattern_facts)
        self._codes = len(codes)
        self._known_literals = known_literals
        self._regexes: dict[int, Regex] = {}
        self._automaton: Automaton | None = None
        self._empty = ScannedText(self, "", b"", None)
        self._cached_scan = lru_cache(maxsize=CACHED_TEXTS)(self._scan)
        self._cached_implications = lru_cache(maxsize=CACHED_IMPLICATIONS)(self._imply)

    def scan(self, message: str) -> ScannedText:
        """`message` with its literals found; the first MAX_TEXT_BYTES are read."""
        if not message:
            return self._empty
        return self._cached_scan(message) if len(message) <= MAX_CACHED_CHARS else self._scan(message)

    def implications(self, literals: Literals | None) -> Implications:
        """The facts and probes that these literals imply."""
        return self._cached_implications(literals) if literals is not None else NO_IMPLICATIONS

    def find_literals(self, message: str) -> tuple[bytes, Literals | None]:
        """The part of `message` that is read, and the literals in it; None without google-re2."""
        text = message[:MAX_TEXT_BYTES].encode("utf-8", "replace")[:MAX_TEXT_BYTES]
        automaton = self._automaton or self.compile()
        if automaton is None:
            return text, None
        literals = automaton.literals_in(text[:FIRST_BYTES])
        if len(literals) >= MAX_LITERALS:
            text = text[:FIRST_BYTES]
        elif len(text) > FIRST_BYTES:
            literals = automaton.literals_in(text)
        return text, literals

    def compile(self) -> Automaton | None:
        """The automaton, compiled on first use. Without google-re2 the result is None, which is logged once."""
        if not re2_installed():
            log_missing_re2()
        elif self._automaton is None:
            known = self._known_literals
            literals = [required_literals(probe.pattern) for probe in _PROBES]
            literals += [
                RequiredLiterals((frozenset({fact.partition(":")[2]}),)) for fact in self._facts[: self._codes]
            ]
            patterns = map(pattern_of, self._facts[self._codes :])
            literals += [known.get(pattern) or required_literals(pattern) for pattern in patterns]
            self._automaton = Automaton(literals)
        return self._automaton

    def regex(self, number: int) -> Regex:
        """The pattern of the fact with this number, compiled on first use."""
        regex = self._regexes.get(number)
        if regex is None:
            regex = self._regexes[number] = Regex(pattern_of(self._facts[number]))
        return regex

    def _scan(self, message: str) -> ScannedText:
        message = plain(message)
        return ScannedText(self, message, *self.find_literals(message))

    def _imply(self, literals: Literals) -> Implications:
        certain, worded, possible = (self._automaton or Automaton(())).prefilter(literals)
        first, numbers = len(_PROBES), sorted(set(possible))
        words = {self._facts[number - first]: found for number, found in worded.items()}
        codes = [self._facts[number - first] for number in numbers if 0 <= number - first < self._codes]
        patterns = [number - first for number in numbers if number - first >= self._codes][:MAX_TRIED]
        tried = {self._facts[number]: number for number in patterns}
        unevaluated = frozenset({*words, *codes, *tried})
        facts = unevaluated | {self._facts[number - first] for number in certain}
        probes = [number for number in numbers if number < first]
        return Implications(
            facts=facts,
            possible=unevaluated - {self._facts[number - first] for number in certain},
            words=words,
            tried=tried,
            probes=tuple(_PROBES[number] for number in probes if number),
            names_causes=0 in probes,
        )


def pattern_of(fact: Fact) -> str:
    """The RE2 pattern of a `text:` or `prefix:` fact."""
    kind, _, value = fact.partition(":")
    if kind == "text":
        return value
    return r"\A\s{0,8}" + "".join(f"\\{char}" if char in _RE2_META else char for char in value)


def _without_label(message: str) -> str:
    """`message` as rules name whole messages: lower case, without a label such as `API Error: ` before it."""
    text = message.strip()
    label, colon, rest = text.partition(": ")
    if colon and label.lower().endswith(_LABELS) and len(label) <= MAX_LABEL_LENGTH:
        text = rest
    return text.rstrip(".!").lower()
