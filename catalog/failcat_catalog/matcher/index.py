"""From facts to candidates: the compiled form of all rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from failcat_catalog.matcher.conditions import (
    Candidate,
    explicit_candidate,
    fact_sets_of,
    rule_candidates,
    text_facts_of,
)
from failcat_catalog.matcher.evidence import Evidence, named_providers, text_of
from failcat_catalog.matcher.facts import Fact
from failcat_catalog.matcher.literals import RequiredLiterals, required_literals
from failcat_catalog.matcher.probes import PROBES, Probe
from failcat_catalog.matcher.texts import TextScanner, pattern_of
from failcat_catalog.matcher.tiers import Tier
from failcat_catalog.rules import Rule
from failcat_catalog.types import Entry, Observation

_TEXT_KEYS = frozenset({"message", "prefix"})
_DECIDING_KEYS = frozenset({"codes", "providers", "explicit"})


class Index:
    """All candidates, best first; a candidate's place is its index in this order."""

    def __init__(
        self, entries: Iterable[Entry], rules: Sequence[Rule], known_literals: Mapping[str, RequiredLiterals]
    ) -> None:
        found = [explicit_candidate(entry) for entry in entries]
        found += [candidate for rule in rules for candidate in rule_candidates(rule)]
        found = list(_without_ambiguous_names(found))
        _weigh_patterns(found, known_literals)
        self.candidates = sorted(found, key=Candidate.rank)
        self.places: dict[Fact, list[int]] = defaultdict(list)
        first_of_kind: dict[str, int] = {}
        for place, candidate in enumerate(self.candidates):
            candidate.place = place
            self.places[candidate.fact].append(place)
            first_of_kind.setdefault(candidate.fact.partition(":")[0], place)
        self._horizons = {
            probe: min((first_of_kind[kind] for kind in probe.kinds if kind in first_of_kind), default=len(found))
            for probe in PROBES
        }
        self.attribute_keys = _attribute_keys(rules)
        self.texts = TextScanner(
            _text_codes(rules), _text_facts(rules, self.candidates), known_literals, _whole_messages(rules)
        )
        self._codes = self._by_code()

    def certain(self, observation: Observation) -> Candidate | None:
        """The winner where codes alone decide, because such a code outranks all evidence in the text."""
        best: Candidate | None = None
        for value in (observation.error_code, observation.error_type):
            for decision in self._codes.get(value.lower(), ()):
                providers = decision.providers
                if providers is not None and providers.isdisjoint(named_providers(observation)):
                    continue
                if decision.wanted and not self._may_hold(decision.wanted, observation):
                    continue
                if decision.unless is None or (decision.unless and self._may_hold(decision.unless, observation)):
                    return None
                if best is None or decision.candidate.place < best.place:
                    best = decision.candidate
                break
        return best

    def _may_hold(self, facts: Set[Fact], observation: Observation) -> bool:
        """Whether one of `facts` is certain or possible by the text."""
        _, literals = self.texts.find_literals(text_of(observation))
        return not self.texts.implications(literals).facts.isdisjoint(facts)

    def winner(self, evidence: Evidence) -> Candidate | None:
        """The best candidate that holds. The text is evaluated only as far as this and better candidates need it."""
        places = self._places_of(evidence.facts)
        at, lost = 0, -1
        while at < len(places) or evidence.pending_probes:
            place = places[at] if at < len(places) else len(self.candidates)
            probe = self._next_probe(place, evidence.pending_probes) if evidence.pending_probes else None
            if probe is not None:
                if evidence.run(probe):  # new candidates come after all that have lost
                    places, at = [found for found in self._places_of(evidence.facts) if found > lost], 0
            elif self.candidates[place].holds(evidence):
                return self.candidates[place]
            else:
                at, lost = at + 1, place
        return None

    def leads_to(self, facts: Set[Fact]) -> list[Candidate]:
        """Candidates that have one of `facts`, best first."""
        return [self.candidates[place] for place in self._places_of(facts)]

    def _places_of(self, facts: Set[Fact]) -> list[int]:
        places: list[int] = []
        for fact in facts & self.places.keys():
            places += self.places[fact]
        places.sort()
        return places

    def _next_probe(self, place: int, pending: Sequence[Probe]) -> Probe | None:
        """A probe that the candidate at `place` needs or that may find a better one. Without a candidate: any probe."""
        needed = self.candidates[place].needed_kinds if place < len(self.candidates) else None
        for probe in pending:
            if needed is None or self._horizons[probe] < place or not probe.kinds.isdisjoint(needed):
                return probe
        return None

    def _by_code(self) -> dict[str, list[_CodeDecision]]:
        """For each code that may be sent (lower case): the decisions it leads to, best first."""
        places: dict[str, list[int]] = defaultdict(list)
        for fact, fact_places in self.places.items():
            if fact.startswith(("code:", "explicit:")):
                places[fact.partition(":")[2].lower()] += fact_places
        return {
            code: [_code_decision(self.candidates[place]) for place in sorted(found)] for code, found in places.items()
        }


class _CodeDecision(NamedTuple):
    """The outcome of a code that was sent, as far as it needs no evaluation of the text."""

    candidate: Candidate
    providers: frozenset[Fact] | None  # one of them must be named
    wanted: frozenset[Fact]  # facts of the text; one must hold unless empty
    unless: frozenset[Fact] | None  # facts of the text that may veto it; None: other facts may, too


def _code_decision(candidate: Candidate) -> _CodeDecision:
    alone = candidate.tier <= Tier.CODE and not candidate.rule.general and _DECIDING_KEYS.issuperset(candidate.keys)
    others = dict(zip(candidate.keys[1:], candidate.others, strict=True))
    unless = _forbidding_texts(candidate) if alone else None
    return _CodeDecision(candidate, others.get("providers"), others.get("message", frozenset()), unless)


def _forbidding_texts(candidate: Candidate) -> frozenset[Fact] | None:
    """The pattern facts without which no veto of `candidate` can hold; None when a veto needs no pattern."""
    wanted: set[Fact] = set()
    for veto in candidate.vetoes:
        texts = next((facts for facts in veto if all(fact.startswith("text:") for fact in facts)), None)
        if texts is None:
            return None
        wanted |= texts
    return frozenset(wanted)


def _attribute_keys(rules: Iterable[Rule]) -> frozenset[str]:
    """The attributes that rules name."""
    return frozenset(
        key for rule in rules for condition in (*rule.when, *rule.unless) for key in condition.get("attributes", ())
    )


def _weigh_patterns(candidates: Iterable[Candidate], known_literals: Mapping[str, RequiredLiterals]) -> None:
    for candidate in candidates:
        if candidate.fact.startswith("text:"):
            pattern = pattern_of(candidate.fact)
            candidate.weight = (known_literals.get(pattern) or required_literals(pattern)).weight


def _text_codes(rules: Iterable[Rule]) -> list[Fact]:
    """The facts of all machine codes in rules, as found in a text."""
    conditions = (condition for rule in rules for condition in (*rule.when, *rule.unless))
    return list(
        dict.fromkeys(f"textcode:{code.lower()}" for condition in conditions for code in condition.get("codes", ()))
    )


def _whole_messages(rules: Iterable[Rule]) -> frozenset[Fact]:
    """The `exact:` facts of all rules."""
    conditions = (condition for rule in rules for condition in (*rule.when, *rule.unless))
    return frozenset[Fact]().union(*(fact_sets_of(condition).get("exact", ()) for condition in conditions))


def _text_facts(rules: Iterable[Rule], candidates: Iterable[Candidate]) -> list[Fact]:
    """The facts of all patterns: vetoes first, then in the order of the best rule that uses them. When a text selects
    too many patterns, the last ones are not tried."""
    wanted = [fact for rule in rules for condition in rule.unless for fact in text_facts_of(condition)]
    for candidate in candidates:
        if _TEXT_KEYS.isdisjoint(candidate.keys):
            continue
        for key, fact_set in zip(candidate.keys, (frozenset({candidate.fact}), *candidate.others), strict=True):
            if key in _TEXT_KEYS:
                wanted += sorted(fact_set)
    return list(dict.fromkeys(wanted))


def _without_ambiguous_names(candidates: Sequence[Candidate]) -> Iterable[Candidate]:
    """Drops candidates that rest on a class's bare name alone when rules of several codes name such a class. A rule for
    the builtin class of that name is kept."""
    meanings: dict[Fact, set[str]] = defaultdict(set)
    builtin: set[Fact] = set()
    for candidate in candidates:
        if _is_bare_name(candidate):
            meanings[candidate.fact].add(candidate.rule.entry.code)
        elif candidate.fact.startswith("type:") and "." not in candidate.fact:
            builtin.add(f"name:{candidate.fact.removeprefix('type:')}")
    for candidate in candidates:
        if not _is_bare_name(candidate):
            yield candidate
        elif candidate.fact in builtin:
            if _names_builtin(candidate):
                yield candidate
        elif len(meanings[candidate.fact]) == 1:
            yield candidate


def _is_bare_name(candidate: Candidate) -> bool:
    return candidate.tier is Tier.TYPE_NAME and not candidate.others and candidate.fact.startswith("name:")


def _names_builtin(candidate: Candidate) -> bool:
    class_name = candidate.fact.removeprefix("name:")
    return any(class_name in condition.get("types", ()) for condition in candidate.rule.when)
