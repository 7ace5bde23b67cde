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
from failcat_catalog.matcher.literals import Needs, needs
from failcat_catalog.matcher.probes import PROBES, Probe
from failcat_catalog.matcher.texts import TextReader, pattern_of
from failcat_catalog.matcher.tiers import Tier
from failcat_catalog.rules import Rule
from failcat_catalog.types import Entry, Observation

_TEXT_KEYS = frozenset({"message", "prefix"})
_DECIDING_KEYS = frozenset({"codes", "providers", "explicit"})


class Index:
    """All candidates, best first; a candidate is known by its place."""

    def __init__(self, entries: Iterable[Entry], rules: Sequence[Rule], known_needs: Mapping[str, Needs]) -> None:
        found = [explicit_candidate(entry) for entry in entries]
        found += [candidate for rule in rules for candidate in rule_candidates(rule)]
        found = list(_without_ambiguous_names(found))
        _weigh_patterns(found, known_needs)
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
        self.texts = TextReader(
            _text_codes(rules), _text_facts(rules, self.candidates), known_needs, _whole_messages(rules)
        )
        self._codes = self._by_code()

    def certain(self, observation: Observation) -> Candidate | None:
        """The winner where codes alone decide, because such a code outranks whatever the text may say."""
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
        """Whether the text may tell one of `facts`."""
        _, literals = self.texts.look(text_of(observation))
        return not self.texts.promise(literals).facts.isdisjoint(facts)

    def winner(self, evidence: Evidence) -> Candidate | None:
        """The best candidate that holds; the text is read only as far as it matters to it and to better ones."""
        places = self._places_of(evidence.facts)
        at, lost = 0, -1
        while at < len(places) or evidence.unread:
            place = places[at] if at < len(places) else len(self.candidates)
            probe = self._to_read(place, evidence.unread) if evidence.unread else None
            if probe is not None:
                if evidence.read(probe):  # what is new comes later than all that have lost
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

    def _to_read(self, place: int, unread: Sequence[Probe]) -> Probe | None:
        """A probe that may decide on the candidate at `place`, or lead to a better one; any when there is none."""
        asks = self.candidates[place].asks if place < len(self.candidates) else None
        for probe in unread:
            if asks is None or self._horizons[probe] < place or not probe.kinds.isdisjoint(asks):
                return probe
        return None

    def _by_code(self) -> dict[str, list[_Decision]]:
        """What each code that may be sent (lower case) leads to, best first."""
        places: dict[str, list[int]] = defaultdict(list)
        for fact, fact_places in self.places.items():
            if fact.startswith(("code:", "explicit:")):
                places[fact.partition(":")[2].lower()] += fact_places
        return {code: [_decision(self.candidates[place]) for place in sorted(found)] for code, found in places.items()}


class _Decision(NamedTuple):
    """What a code that was sent says without a closer look at the text."""

    candidate: Candidate
    providers: frozenset[Fact] | None  # those of which one must be named
    wanted: frozenset[Fact]  # facts of the text of which one must hold; empty where none need
    unless: frozenset[Fact] | None  # facts of the text that may forbid it; None: more must be known


def _decision(candidate: Candidate) -> _Decision:
    alone = candidate.tier <= Tier.CODE and not candidate.rule.general and _DECIDING_KEYS.issuperset(candidate.keys)
    others = dict(zip(candidate.keys[1:], candidate.others, strict=True))
    unless = _forbidding_texts(candidate) if alone else None
    return _Decision(candidate, others.get("providers"), others.get("message", frozenset()), unless)


def _forbidding_texts(candidate: Candidate) -> frozenset[Fact] | None:
    """Facts that patterns give without which no veto of `candidate` can hold; None when some veto needs no text."""
    wanted: set[Fact] = set()
    for veto in candidate.vetoes:
        texts = next((facts for facts in veto if all(fact.startswith("text:") for fact in facts)), None)
        if texts is None:
            return None
        wanted |= texts
    return frozenset(wanted)


def _attribute_keys(rules: Iterable[Rule]) -> frozenset[str]:
    """The attributes that rules ask for by name."""
    return frozenset(
        key for rule in rules for condition in (*rule.when, *rule.unless) for key in condition.get("attributes", ())
    )


def _weigh_patterns(candidates: Iterable[Candidate], known_needs: Mapping[str, Needs]) -> None:
    for candidate in candidates:
        if candidate.fact.startswith("text:"):
            pattern = pattern_of(candidate.fact)
            candidate.weight = (known_needs.get(pattern) or needs(pattern)).weight


def _text_codes(rules: Iterable[Rule]) -> list[Fact]:
    """Facts of the machine codes that rules know."""
    conditions = (condition for rule in rules for condition in (*rule.when, *rule.unless))
    return list(
        dict.fromkeys(f"textcode:{code.lower()}" for condition in conditions for code in condition.get("codes", ()))
    )


def _whole_messages(rules: Iterable[Rule]) -> frozenset[Fact]:
    """The facts of messages that rules name as a whole."""
    conditions = (condition for rule in rules for condition in (*rule.when, *rule.unless))
    return frozenset[Fact]().union(*(fact_sets_of(condition).get("exact", ()) for condition in conditions))


def _text_facts(rules: Iterable[Rule], candidates: Iterable[Candidate]) -> list[Fact]:
    """Facts that patterns give, those that can veto first, then by the best rule that uses them: where a text is too
    rich to try all of its patterns, the last ones are left out."""
    wanted = [fact for rule in rules for condition in rule.unless for fact in text_facts_of(condition)]
    for candidate in candidates:
        if _TEXT_KEYS.isdisjoint(candidate.keys):
            continue
        for key, fact_set in zip(candidate.keys, (frozenset({candidate.fact}), *candidate.others), strict=True):
            if key in _TEXT_KEYS:
                wanted += sorted(fact_set)
    return list(dict.fromkeys(wanted))


def _without_ambiguous_names(candidates: Sequence[Candidate]) -> Iterable[Candidate]:
    """Drops what a class's bare name alone would claim when classes of several libraries share it and mean different
    things; a rule for the builtin class of that name keeps it."""
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
