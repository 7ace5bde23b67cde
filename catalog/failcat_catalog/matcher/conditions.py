"""Conditions as fact sets, and the candidates that an index of facts leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from failcat_catalog.confidence import confidence
from failcat_catalog.documents import ConditionDocument
from failcat_catalog.matcher.facts import Fact, qualified, split_type
from failcat_catalog.matcher.tiers import Tier, match_type_of, tier_of
from failcat_catalog.rules import Rule
from failcat_catalog.types import UNKNOWN_ERROR, Entry, Match
from failcat_catalog.vocabulary import MatchType

if TYPE_CHECKING:
    from failcat_catalog.matcher.evidence import Evidence

FactSets = tuple[frozenset[Fact], ...]

_SELECTIVE_FIRST = (
    *("codes", "jsonrpc", "sqlstate", "errno", "kafka", "grpc", "exit_code", "types", "exact", "prefix", "message"),
    *("finish_reasons", "statuses", "attributes", "providers", "protocol", "span"),
)
_ORDER = {key: place for place, key in enumerate(_SELECTIVE_FIRST)}
"""Keys of a condition, the most selective first: the index finds a condition by its first key."""

_PREFIXES = {
    "codes": "code:",
    "statuses": "status:",
    "finish_reasons": "finish:",
    "providers": "provider:",
    "message": "text:",
}
_NAMES_OF_ANYTHING = frozenset({"Error", "Exception", "BaseException", "Failure"})
"""Class names without meaning when their module is missing."""
_LOWERED = frozenset({"codes", "finish_reasons", "providers", "exact"})


class Candidate:
    """One way in which a rule can hold: the fact that leads to it, and the fact sets that must be met besides."""

    __slots__ = ("_match", "fact", "keys", "needed_kinds", "others", "place", "rule", "tier", "vetoes", "weight")

    def __init__(
        self,
        rule: Rule,
        tier: Tier,
        fact: Fact,
        keys: tuple[str, ...],
        *,
        others: FactSets = (),
        vetoes: tuple[FactSets, ...] = (),
        needed_kinds: frozenset[str] = frozenset(),
    ) -> None:
        self.rule = rule
        self.tier = tier
        self.fact = fact
        self.keys = keys
        self.others = others
        self.weight = len(fact)  # characters that must agree; the index sets it for patterns
        self.vetoes = vetoes
        self.place = 0  # among all candidates of an index, the best first
        self.needed_kinds = needed_kinds  # of the facts in `others` and `vetoes`: probes for them must run first
        self._match: Match | None = None

    def strength(self) -> tuple[bool, Tier, int, int]:
        """Lowest first: specific rules, better evidence, more keys, the longer literal."""
        return self.rule.general, self.tier, -len(self.keys), -self.weight

    def rank(self) -> tuple[bool, Tier, int, int, str, str]:
        """By strength; the rule's id decides between candidates of equal strength."""
        return (*self.strength(), self.rule.id, self.fact)

    def holds(self, evidence: Evidence) -> bool:
        """Whether the rule holds; evaluates the facts of `evidence` that it needs."""
        if self.fact not in evidence.facts:  # evaluated for another candidate, and false
            return False
        for wanted in self.others:  # plain loops on the hot path: generators cost more than the tests
            if wanted.isdisjoint(evidence.facts):
                return False
        if self.fact in evidence.possible and not evidence.evaluate(self.fact):
            return False
        for wanted in self.others:
            if not evidence.meets(wanted):
                return False
        return not self.vetoes or self.veto(evidence) is None

    def veto(self, evidence: Evidence) -> FactSets | None:
        """The first condition under `unless` that holds."""
        for fact_sets in self.vetoes:
            for fact_set in fact_sets:
                if not evidence.meets(fact_set):
                    break
            else:
                return fact_sets
        return None

    @property
    def match(self) -> Match:
        """The verdict when this candidate wins; always the same object."""
        if self._match is None:
            self._match = self._make_match()
        return self._match

    def _make_match(self) -> Match:
        rule, entry = self.rule, self.rule.entry
        return Match(
            match_type=match_type_of(self.tier, self.fact),
            confidence=confidence(self.tier, general=rule.general),
            code=entry.code,
            rule=rule.id,
            category=entry.category,
            severity=entry.severity,
            retryable=rule.retryable,
            recovery=rule.recovery,
            suggestions=rule.suggestions,
            matched=describe(self.fact),
        )


UNKNOWN = Match(match_type=MatchType.UNKNOWN, confidence=0.0)


def rule_candidates(rule: Rule) -> Iterator[Candidate]:
    """Every way in which `rule` can hold; codes and classes that a text mentions make separate candidates."""
    vetoes = tuple(veto for condition in rule.unless for veto in _veto_variants(condition))
    forbidding = frozenset[str]().union(*map(_kinds, vetoes))
    for condition in rule.when:
        for tier, fact_sets in _variants(condition, rule.provider):
            keys = tuple(fact_sets)
            first, *others = fact_sets.values()
            needed_kinds = forbidding | _kinds(others)
            for fact in first:
                yield Candidate(rule, tier, fact, keys, others=tuple(others), vetoes=vetoes, needed_kinds=needed_kinds)


def explicit_candidate(entry: Entry) -> Candidate:
    """Matches an entry's own code, sent by an application. UNKNOWN_ERROR counts only when no rule holds."""
    rule = Rule(
        id=f"code.{entry.code.lower()}",
        entry=entry,
        retryable=entry.retryable,
        recovery=entry.recovery,
        suggestions=entry.suggestions,
        general=entry.code == UNKNOWN_ERROR,
    )
    return Candidate(rule, Tier.EXPLICIT_CODE, f"explicit:{entry.code}", ("explicit",))


def fact_sets_of(condition: ConditionDocument) -> dict[str, frozenset[Fact]]:
    """For each key of `condition`, the most selective first: facts of which one must be observed."""
    sets: dict[str, frozenset[Fact]] = {}
    for key in sorted(condition, key=_ORDER.__getitem__):
        values = cast("dict[str, Any]", condition)[key]
        if key == "attributes":
            for name, wanted in values.items():
                sets[f"attributes.{name}"] = frozenset(_attribute_facts(name, wanted))
        elif key == "types":
            sets[key] = frozenset(f"type:{_qualified(name)}" for name in values)
        else:
            sets[key] = frozenset(_facts(key, values))
    return sets


def text_facts_of(condition: ConditionDocument) -> list[Fact]:
    """The pattern facts of `condition`."""
    return [*_facts("message", condition.get("message", ())), *_facts("prefix", condition.get("prefix", ()))]


def describe(fact: Fact) -> str:
    """A fact as people read it: `http.status=429`, `message~rate limit reached`."""
    kind, _, value = fact.partition(":")
    if kind == "text":
        return f"message~{value}"
    names = {"status": "http.status", "textcode": "code in message", "exact": "message", "inner": "type in message"}
    return f"{names.get(kind, kind)}={value}"


def _kinds(fact_sets: Iterable[frozenset[Fact]]) -> frozenset[str]:
    return frozenset(fact.partition(":")[0] for fact_set in fact_sets for fact in fact_set)


def _variants(condition: ConditionDocument, provider: str) -> Iterator[tuple[Tier, dict[str, frozenset[Fact]]]]:
    sets = fact_sets_of(condition)
    tier = tier_of(
        {key.partition(".")[0] for key in sets},
        family_only=all(isinstance(status, str) for status in condition.get("statuses", [0])),
    )
    yield tier, sets
    if "codes" in sets:
        mentioned = {**sets, "codes": _mentioned_codes(sets["codes"])}
        yield Tier.TEXT_CODE, mentioned
        if provider and "providers" not in sets:
            named = {"providers": frozenset({f"provider:{provider.lower()}"})}
            yield Tier.PROVIDER_CODE, sets | named
            yield Tier.TEXT_CODE, mentioned | named
    elif "types" in sets:
        yield Tier.TYPE_NAME, {**sets, "types": _mentioned_types(sets["types"])}


def _veto_variants(condition: ConditionDocument) -> Iterator[FactSets]:
    """Vetoes hold for codes that are sent and for codes in the text."""
    sets = fact_sets_of(condition)
    if "codes" in sets:
        sets["codes"] |= _mentioned_codes(sets["codes"])
    yield tuple(sets.values())


def _mentioned_codes(codes: Iterable[Fact]) -> frozenset[Fact]:
    return frozenset(f"text{code}" for code in codes)


def _mentioned_types(types: Iterable[Fact]) -> frozenset[Fact]:
    names = [fact.removeprefix("type:") for fact in types]
    names = [name for name in names if name.rpartition(".")[2] not in _NAMES_OF_ANYTHING]
    return frozenset(f"inner:{name}" for name in names if "." in name) | {
        f"name:{name.rpartition('.')[2]}" for name in names if not name.startswith("*.")
    }


def _qualified(name: str) -> str:
    return name if name.startswith("*.") else qualified(*split_type(name))


def _facts(key: str, values: Iterable[object]) -> list[Fact]:
    prefix = _PREFIXES.get(key, f"{key}:")
    if key == "exact":
        return [prefix + str(value).lower().rstrip(".") for value in values]
    if key in _LOWERED:
        return [prefix + str(value).lower() for value in values]
    return [f"{prefix}{value}" for value in values]


def _attribute_facts(name: str, values: Iterable[object]) -> Iterator[Fact]:
    for value in values:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f"attribute:{name}" if text == "*" else f"attribute:{name}={text}"
