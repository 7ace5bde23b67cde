"""Explains a verdict: the observed facts, the rule that won, and the reasons why others lost."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from failcat_catalog.matcher.conditions import UNKNOWN, Candidate, FactSets, describe
from failcat_catalog.matcher.evidence import Evidence
from failcat_catalog.matcher.facts import Fact
from failcat_catalog.matcher.index import Index
from failcat_catalog.matcher.tiers import Tier
from failcat_catalog.types import Match

MAX_COMPETITORS = 50


@dataclass(frozen=True, slots=True)
class Competitor:
    """A rule that shares a fact with the failure and did not win."""

    rule: str
    code: str
    matched: str  # the shared fact
    reason: str  # for losing
    tie: bool = False  # it holds by equal evidence; only its id ranks it lower


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict and its reasons."""

    match: Match
    tier: Tier | None  # of the winner's evidence
    general: bool  # the winner applies only when no specific rule holds
    seen: tuple[str, ...]  # all observed facts, as people read them
    competitors: tuple[Competitor, ...]  # best first, each rule once
    ignored_because: str = ""  # what led to `match.ignored_by`


def explain(evidence: Evidence, index: Index) -> Explanation:
    """Explains the verdict of `index` on `evidence`."""
    winner = index.winner(evidence)
    evidence.evaluate_all()
    candidates = index.leads_to(evidence.facts)
    losers: dict[str, Competitor] = {}
    for candidate in candidates:
        rule = candidate.rule
        if rule.id in losers or (winner is not None and rule.id == winner.rule.id):
            continue
        tie = winner is not None and candidate.strength() == winner.strength() and candidate.holds(evidence)
        reason = _reason(candidate, winner, evidence)
        losers[rule.id] = Competitor(rule.id, rule.entry.code, describe(candidate.fact), reason, tie)
    return Explanation(
        match=winner.match if winner else UNKNOWN,
        tier=winner.tier if winner else None,
        general=winner is not None and winner.rule.general,
        seen=tuple(sorted(describe(fact) for fact in evidence.facts)),
        competitors=tuple(losers.values())[:MAX_COMPETITORS],
    )


def _reason(candidate: Candidate, winner: Candidate | None, evidence: Evidence) -> str:
    for wanted in candidate.others:
        if wanted.isdisjoint(evidence.facts):
            return "not seen: " + _any_of(wanted)
    veto = candidate.veto(evidence)
    if veto is not None:
        return "vetoed by unless: " + _seen(veto, evidence.facts)
    return _outranked(candidate, winner) if winner is not None else ""


def _outranked(candidate: Candidate, winner: Candidate) -> str:
    if candidate.rule.general and not winner.rule.general:
        return "a general rule applies only when no specific rule holds"
    if candidate.tier != winner.tier:
        return f"{_words(candidate)} ranks below {_words(winner)}"
    if len(candidate.keys) != len(winner.keys):
        return "fewer conditions hold together"
    return "a shorter literal, or a later id"


def _words(candidate: Candidate) -> str:
    return candidate.tier.name.lower().replace("_", " ")


def _any_of(facts: Set[Fact]) -> str:
    shown = sorted(map(describe, facts))
    return " or ".join(shown[:3]) + (f" or {len(shown) - 3} more" if len(shown) > 3 else "")


def _seen(veto: FactSets, facts: Set[Fact]) -> str:
    return ", ".join(describe(min(fact_set & facts)) for fact_set in veto)
