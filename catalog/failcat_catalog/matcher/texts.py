"""Facts that a text holds: the rules' patterns that match it, and what the probes read in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from failcat_catalog.matcher.facts import Fact
from failcat_catalog.matcher.literals import Needs
from failcat_catalog.matcher.patterns import MAX_TEXT_BYTES, PatternSet
from failcat_catalog.matcher.probes import PROBES, leading_code, leading_status

MAX_EXACT_LENGTH = 256
"""A rule that names a whole message names a short one."""

REMEMBERED_TEXTS = 1024
MAX_REMEMBERED_CHARS = 512
"""A storm of failures repeats few short texts: remembering them saves 5 to 30 µs each and takes at most about 2 MiB."""

_RE2_META = frozenset("\\^$.[]|()?*+{}")


class TextFacts(NamedTuple):
    facts: frozenset[Fact]
    causes: tuple[str, ...]  # classes that the text names as causes, outermost first


class TextReader:
    """Reads texts for one catalog. `pattern_facts`: what patterns of rules give, the most important first."""

    def __init__(self, pattern_facts: Sequence[Fact], known_needs: Mapping[str, Needs]) -> None:
        self._facts = pattern_facts
        self._patterns = PatternSet(
            [probe.pattern for probe in PROBES] + [pattern_of(fact) for fact in pattern_facts],
            known_needs,
            untried=len(PROBES),
        )
        self._remembered = lru_cache(maxsize=REMEMBERED_TEXTS)(self._read)

    def read(self, message: str) -> TextFacts:
        """What `message` holds, of which the first MAX_TEXT_BYTES are read."""
        return self._remembered(message) if len(message) <= MAX_REMEMBERED_CHARS else self._read(message)

    def _read(self, message: str) -> TextFacts:
        text = message[:MAX_TEXT_BYTES].encode("utf-8", "replace")[:MAX_TEXT_BYTES]
        facts: set[Fact] = {*leading_status(text), *leading_code(message)}
        if len(message) <= MAX_EXACT_LENGTH:
            facts.add("exact:" + message.strip().rstrip(".").lower())
        causes: list[str] = []
        for number in self._patterns.matches(text):
            if number >= len(PROBES):
                facts.add(self._facts[number - len(PROBES)])
                continue
            for fact in PROBES[number].read(text):
                if fact.startswith("cause:"):
                    causes.append(fact.removeprefix("cause:"))
                else:
                    facts.add(fact)
        return TextFacts(frozenset(facts), tuple(causes))


def pattern_of(fact: Fact) -> str:
    """The RE2 pattern behind a `text:` or `prefix:` fact."""
    kind, _, value = fact.partition(":")
    if kind == "text":
        return value
    return r"\A\s{0,8}" + "".join(f"\\{char}" if char in _RE2_META else char for char in value)
