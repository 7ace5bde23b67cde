"""What a text may tell, read only as far as rules ask.

One pass finds the literals in a text, and these say which facts are certain and which are possible; the same literals
always say the same, so that is remembered. A possible fact is settled when a rule that could win asks for it. The work
on one text is bounded: MAX_TRIED patterns of the best rules are tried, and all of them together look at
MAX_VERIFIED_BYTES: the more there are, the less of a long text each sees, for a failure says early what it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from failcat_catalog.matcher.automaton import MAX_LITERALS, Automaton
from failcat_catalog.matcher.codes import holds_code
from failcat_catalog.matcher.facts import Fact
from failcat_catalog.matcher.literals import Needs, needs
from failcat_catalog.matcher.patterns import MAX_TEXT_BYTES, Regex, re2_installed, warn_without_re2
from failcat_catalog.matcher.probes import CAUSE_PROBE, PROBES, Probe, leading_status

MAX_TRIED = 16
MAX_VERIFIED_BYTES = 16384

FIRST_BYTES = 1024
"""A text that holds as many literals as are followed so early is read no further."""

MAX_EXACT_LENGTH = 256
"""A rule that names a whole message names a short one."""

MAX_LABEL_LENGTH = 40
_LABELS = ("error", "exception")

REMEMBERED_TEXTS = 32
MAX_REMEMBERED_CHARS = 512
"""What passes a failure on repeats its text at once, and a storm repeats few: remembering them saves 3 to 8 µs each.
Remembering more costs those that do not repeat 2 µs."""
REMEMBERED_PROMISES = 512
"""Texts of one form hold the same literals; at most about 3 MiB."""

_RE2_META = frozenset("\\^$.[]|()?*+{}")
_PROBES = (CAUSE_PROBE, *PROBES)


Question = Fact | Probe
"""What a text can be asked: whether a possible fact holds, or what a probe finds."""

Answer = tuple[Fact, ...]
"""The fact itself if it holds, or what the probe finds."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a text with certain literals tells, and what it may tell."""

    facts: frozenset[Fact]  # certain and possible
    possible: frozenset[Fact]  # of those, the ones that have to be settled
    words: Mapping[Fact, Sequence[str]]  # facts that hold if one of these words, in lower case, is in the text
    tried: Mapping[Fact, int]  # facts that hold if the pattern of this number matches
    probes: tuple[Probe, ...]  # those that may find something
    names_causes: bool = False  # the text may name the exceptions that caused this one


def _bare(message: str) -> str:
    """`message` as rules name whole messages: without the `API Error: ` that programs put before what they pass on."""
    text = message.strip()
    label, colon, rest = text.partition(": ")
    if colon and label.lower().endswith(_LABELS) and len(label) <= MAX_LABEL_LENGTH:
        text = rest
    return text.rstrip(".!").lower()


Literals = tuple[int, ...]
"""The literals of a text by their numbers."""

NOTHING = Promise(frozenset(), frozenset(), {}, {}, ())


class Reading:
    """One text and what it has answered; the same for every observation that carries it."""

    __slots__ = ("_answers", "_literals", "_lowered", "_reader", "facts", "kind", "text")

    def __init__(self, reader: TextReader, message: str, text: bytes, literals: Literals | None) -> None:
        self._reader = reader
        self._literals = literals
        self.text = text
        leading = leading_status(text)
        whole = "exact:" + _bare(message) if 0 < len(message) <= MAX_EXACT_LENGTH else ""
        self.facts = (*leading, whole) if whole else leading
        # Texts of one kind tell the same until they are asked; what no rule wants does not count.
        self.kind = literals, leading, whole if whole in reader.whole_messages else ""
        self._lowered = ""
        self._answers: dict[Question, Answer] = {}

    @property
    def promise(self) -> Promise:
        """What the literals in the text say of it."""
        return self._reader.promise(self._literals)

    def ask(self, question: Question) -> Answer:
        answer = self._answers.get(question)
        if answer is None:
            answer = self._answers[question] = self._answer(question)
        return answer

    def _answer(self, question: Question) -> Answer:
        if isinstance(question, Probe):
            return question.read(self.text)
        return (question,) if self._holds(question) else ()

    def _holds(self, fact: Fact) -> bool:
        promise = self.promise
        number = promise.tried.get(fact)
        if number is not None:
            return self._reader.regex(number).found_in(self._view(len(promise.tried)))
        if not self._lowered:
            self._lowered = self.text.lower().decode("latin-1")
        words = promise.words.get(fact)
        if words is not None:
            return any(word in self._lowered for word in words)
        return holds_code(self._lowered, fact.removeprefix("textcode:"))

    def _view(self, tried: int) -> bytes:
        """What each of `tried` patterns looks at."""
        return self.text if tried * len(self.text) <= MAX_VERIFIED_BYTES else self.text[: MAX_VERIFIED_BYTES // tried]


class TextReader:
    """Reads texts for one catalog. `codes`: the facts that machine codes in a text give; `pattern_facts`: what patterns
    of rules give, the most important first; `whole_messages`: the `exact:` facts that rules want."""

    def __init__(
        self,
        codes: Sequence[Fact],
        pattern_facts: Sequence[Fact],
        known_needs: Mapping[str, Needs],
        whole_messages: Set[Fact] = frozenset(),
    ) -> None:
        self.whole_messages = whole_messages
        self._facts = (*codes, *pattern_facts)
        self._codes = len(codes)
        self._known_needs = known_needs
        self._regexes: dict[int, Regex] = {}
        self._automaton: Automaton | None = None
        self._silence = Reading(self, "", b"", None)
        self._remembered = lru_cache(maxsize=REMEMBERED_TEXTS)(self._read)
        self._promise = lru_cache(maxsize=REMEMBERED_PROMISES)(self._follow)

    def read(self, message: str) -> Reading:
        """What `message` holds, of which the first MAX_TEXT_BYTES are read."""
        if not message:
            return self._silence
        return self._remembered(message) if len(message) <= MAX_REMEMBERED_CHARS else self._read(message)

    def promise(self, literals: Literals | None) -> Promise:
        """What a text with these literals tells, and what it may tell."""
        return self._promise(literals) if literals is not None else NOTHING

    def look(self, message: str) -> tuple[bytes, Literals | None]:
        """The part of `message` that is read, and the literals in it; None where nobody can look for them."""
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
        """The automaton, compiled when it is first asked for; None without google-re2, which is said once."""
        if not re2_installed():
            warn_without_re2()
        elif self._automaton is None:
            known = self._known_needs
            all_needs = [needs(probe.pattern) for probe in _PROBES]
            all_needs += [Needs((frozenset({fact.partition(":")[2]}),)) for fact in self._facts[: self._codes]]
            patterns = map(pattern_of, self._facts[self._codes :])
            all_needs += [known.get(pattern) or needs(pattern) for pattern in patterns]
            self._automaton = Automaton(all_needs)
        return self._automaton

    def regex(self, number: int) -> Regex:
        """The pattern of the fact with this number, compiled when it is first tried."""
        regex = self._regexes.get(number)
        if regex is None:
            regex = self._regexes[number] = Regex(pattern_of(self._facts[number]))
        return regex

    def _read(self, message: str) -> Reading:
        return Reading(self, message, *self.look(message))

    def _follow(self, literals: Literals) -> Promise:
        certain, worded, possible = (self._automaton or Automaton(())).follow(literals)
        first, numbers = len(_PROBES), sorted(set(possible))
        words = {self._facts[number - first]: found for number, found in worded.items()}
        codes = [self._facts[number - first] for number in numbers if 0 <= number - first < self._codes]
        patterns = [number - first for number in numbers if number - first >= self._codes][:MAX_TRIED]
        tried = {self._facts[number]: number for number in patterns}
        unsettled = frozenset({*words, *codes, *tried})
        facts = unsettled | {self._facts[number - first] for number in certain}
        probes = [number for number in numbers if number < first]
        return Promise(
            facts=facts,
            possible=unsettled - {self._facts[number - first] for number in certain},
            words=words,
            tried=tried,
            probes=tuple(_PROBES[number] for number in probes if number),
            names_causes=0 in probes,
        )


def pattern_of(fact: Fact) -> str:
    """The RE2 pattern behind a `text:` or `prefix:` fact."""
    kind, _, value = fact.partition(":")
    if kind == "text":
        return value
    return r"\A\s{0,8}" + "".join(f"\\{char}" if char in _RE2_META else char for char in value)
