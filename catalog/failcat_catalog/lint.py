"""Checks catalog files for errors and for rules that conflict."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import AnyRule, CatalogDocument, IgnoreDocument, RuleDocument, all_rules
from failcat_catalog.examples import observation_of, verdicts
from failcat_catalog.matcher.literals import required_literals
from failcat_catalog.rules import Rule
from failcat_catalog.types import Observation
from failcat_catalog.vocabulary import RecoveryMode

RETRYING_MODES = frozenset(
    {RecoveryMode.RETRY_IMMEDIATE, RecoveryMode.RETRY_EXPONENTIAL, RecoveryMode.RETRY_WITH_JITTER}
)
MAX_IGNORED_CODES = 5
"""Of whose examples a rule ignores some; a narrow rule ignores those of one or two."""
HOPELESS_MODES = frozenset({RecoveryMode.ABORT, RecoveryMode.SKIP})


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding on one rule."""

    level: Level
    kind: (
        str  # duplicate-id, unbounded-gap, no-literal, missing-examples, dead, broad, shadowed, overlap, contradiction
    )
    file: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.rule}: {self.level} {self.kind}: {self.message}"


@dataclass(frozen=True, slots=True)
class Layer:
    """One catalog file, examples included."""

    name: str
    document: CatalogDocument
    builtin: bool = False  # the built-in files are one layer: no file may redefine a name of another

    @property
    def rules(self) -> list[RuleDocument]:
        return self.document.get("rules") or []

    @property
    def ignore(self) -> list[IgnoreDocument]:
        return self.document.get("ignore") or []


def lint(layers: Sequence[Layer], catalog: Catalog) -> list[LintFinding]:
    """Findings on the rules of `layers`, each of which fits the schema; `catalog` is compiled from all of them."""
    findings = list(_duplicate_names(layers))
    patterns = _pattern_owners(layers)
    for layer in layers:
        for document in layer.rules:
            findings += _rule_findings(layer.name, document, catalog, patterns)
    findings += _ignore_findings(layers, catalog)
    return findings


def unbounded_gap(pattern: str) -> str:
    """The first part of `pattern` that matches texts of any length, such as `.*` or `[^"]+`; empty without one."""
    at = 0
    while at < len(pattern):
        start, at = at, _atom_end(pattern, at)
        quantifier = pattern[at : at + 1]
        endless = quantifier in ("*", "+") or (quantifier == "{" and pattern[at:].partition("}")[0].endswith(","))
        if quantifier and endless and _is_wide(pattern[start:at]):
            return pattern[start : at + 1]
    return ""


def _rule_findings(
    file: str, rule: RuleDocument, catalog: Catalog, owners: dict[str, set[str]]
) -> Iterator[LintFinding]:
    for level, kind, message in (
        *_pattern_findings(rule, owners),
        *_example_findings(rule, catalog),
        *_advice_findings(catalog.rules[rule["id"]]),
    ):
        yield LintFinding(level, kind, file, rule["id"], message)


def _ignore_findings(layers: Sequence[Layer], catalog: Catalog) -> Iterator[LintFinding]:
    ignored = _ignored_codes(layers, catalog) if catalog.ignore else {}
    for layer in layers:
        for rule in layer.ignore:
            for level, kind, message in (
                *_pattern_findings(rule, {}),
                *_ignored_example_findings(rule, catalog),
                *_breadth_findings(ignored.get(rule["id"], set())),
            ):
                yield LintFinding(level, kind, layer.name, rule["id"], message)


def _ignored_codes(layers: Sequence[Layer], catalog: Catalog) -> dict[str, set[str]]:
    """For each rule that ignores: the codes whose rules have an example that it ignores."""
    codes: dict[str, set[str]] = defaultdict(set)
    for rule in (rule for layer in layers for rule in layer.rules):
        for match in verdicts(rule, catalog):
            codes[match.ignored_by].add(rule["code"])
    return codes


def _ignored_example_findings(rule: IgnoreDocument, catalog: Catalog) -> Iterator[tuple[Level, str, str]]:
    if not rule.get("examples"):
        yield Level.ERROR, "missing-examples", "the rule has no example"
    elif not any(match.ignored_by for match in verdicts(rule, catalog)):
        yield Level.WARNING, "dead", "ignores none of its own examples"


def _breadth_findings(codes: set[str]) -> Iterator[tuple[Level, str, str]]:
    if len(codes) > MAX_IGNORED_CODES:
        shown = ", ".join(sorted(codes)[:MAX_IGNORED_CODES])
        yield Level.WARNING, "broad", f"ignores examples of {len(codes)} codes: {shown}, …"


def _patterns(rule: AnyRule) -> list[str]:
    conditions = (*rule["when"], *(rule.get("unless") or ()))
    return [pattern for condition in conditions for pattern in condition.get("message", ())]


def _pattern_owners(layers: Sequence[Layer]) -> dict[str, set[str]]:
    """The codes of each pattern that is the only key in a condition of a specific rule."""
    owners: dict[str, set[str]] = defaultdict(set)
    for layer in layers:
        for rule in layer.rules:
            for condition in rule["when"]:
                if set(condition) == {"message"} and not rule.get("general"):
                    for pattern in condition["message"]:
                        owners[pattern.lower()].add(rule["code"])
    return owners


def _pattern_findings(rule: AnyRule, owners: dict[str, set[str]]) -> Iterator[tuple[Level, str, str]]:
    for pattern in _patterns(rule):
        if not required_literals(pattern).groups:
            yield (
                Level.ERROR,
                "no-literal",
                f"{pattern!r} requires no literal of three characters, so it is tried on every text",
            )
        if gap := unbounded_gap(pattern):
            yield Level.ERROR, "unbounded-gap", f"{gap!r} in {pattern!r}; write a bound such as .{{0,200}}"
        if len(codes := owners.get(pattern.lower(), set())) > 1:
            yield Level.ERROR, "overlap", f"{pattern!r} leads to {', '.join(sorted(codes))}"


def _example_findings(rule: RuleDocument, catalog: Catalog) -> Iterator[tuple[Level, str, str]]:
    if not rule.get("examples"):
        yield Level.ERROR, "missing-examples", "the rule has no example"
        return
    winners = [match.rule for match in verdicts(rule, catalog)]
    if rule["id"] not in winners:
        others = sorted({*winners} - {""}) or ["no rule"]
        yield Level.WARNING, "dead", f"wins none of its own examples; the winners are: {', '.join(others)}"
    elif others := sorted({winner for winner in winners if _advises_otherwise(winner, rule["id"], catalog)}):
        yield Level.WARNING, "shadowed", f"examples are won by {', '.join(others)} with different advice"
    rivals = Counter(rival for example in rule["examples"] for rival in _rivals(rule, catalog, observation_of(example)))
    for rival, times in rivals.items():
        yield Level.WARNING, "overlap", f"{rival} holds by equal evidence for {times} of its examples"


def _advises_otherwise(winner: str, rule: str, catalog: Catalog) -> bool:
    """Whether the winner's advice differs. A more specific rule may win an example if an agent acts alike."""
    won, own = catalog.rules.get(winner), catalog.rules[rule]
    return won is None or (won.entry, won.retryable, won.recovery) != (own.entry, own.retryable, own.recovery)


def _rivals(rule: RuleDocument, catalog: Catalog, observation: Observation) -> list[str]:
    """Rules for another code that hold for `observation` by equal evidence."""
    return [
        f"{competitor.rule} ({competitor.code})"
        for competitor in catalog.explain(observation).competitors
        if competitor.tie and competitor.code != rule["code"]
    ]


def _advice_findings(rule: Rule) -> Iterator[tuple[Level, str, str]]:
    mode = rule.recovery.mode
    if not rule.retryable and mode in RETRYING_MODES:
        yield Level.ERROR, "contradiction", f"not retryable, but its recovery mode is {mode}"
    if rule.retryable and mode in HOPELESS_MODES:
        yield Level.ERROR, "contradiction", f"retryable, but its recovery mode is {mode}"


def _duplicate_names(layers: Sequence[Layer]) -> Iterator[LintFinding]:
    owners: dict[tuple[str, str], str] = {}
    for layer in layers:
        entries = layer.document.get("entries") or []
        group = "" if layer.builtin else layer.name
        for name in [*(entry["code"] for entry in entries), *(rule["id"] for rule in all_rules(layer.document))]:
            if (group, name) in owners:
                yield LintFinding(Level.ERROR, "duplicate-id", layer.name, name, f"also in {owners[group, name]}")
            owners[group, name] = layer.name


def _atom_end(pattern: str, at: int) -> int:
    """The end of the atom that starts at `at`; a group's atom is its parenthesis."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] != "[":
        return at + 1
    end = at + 1 + (pattern[at + 1 : at + 2] == "^")
    end += pattern[end : end + 1] == "]"
    while end < len(pattern) and pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    return end + 1


def _is_wide(atom: str) -> bool:
    return atom in (".", r"\S", r"\D", r"\W", r"\C", ")") or atom.startswith("[^")
