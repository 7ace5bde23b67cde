"""The catalog: immutable, compiled once, one verdict for agent and sidecar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from failcat_catalog.builtin import load_compiled
from failcat_catalog.documents import (
    CatalogDocument,
    CatalogError,
    catalog_files,
    check_document,
    check_patterns,
    content_version,
    merge_documents,
    read_document,
    without_examples,
)
from failcat_catalog.explain import Explanation, explain
from failcat_catalog.matcher.conditions import UNKNOWN
from failcat_catalog.matcher.literals import RequiredLiterals
from failcat_catalog.matcher.winners import Winners
from failcat_catalog.rules import Rule, make_entry, make_ignore_rule, make_rule
from failcat_catalog.types import Entry, Match, Observation


class Catalog:
    """Entries and the rules that lead to them. Make one with `builtin`, `load` or `with_layer`."""

    def __init__(
        self, document: CatalogDocument, known_literals: Mapping[str, RequiredLiterals], layer: str, version: str = ""
    ) -> None:
        self.document = document  # merged, without examples
        self._known_literals = known_literals
        self.entries: Mapping[str, Entry] = MappingProxyType(
            {entry["code"]: make_entry(entry) for entry in document["entries"]}
        )
        self.rules: Mapping[str, Rule] = MappingProxyType(
            {rule["id"]: make_rule(rule, self.entries, layer) for rule in document["rules"]}
        )
        self.ignore: Mapping[str, Rule] = MappingProxyType(
            {rule["id"]: make_ignore_rule(rule) for rule in document.get("ignore", ())}
        )
        self.version = version or content_version(document)
        self._winners = Winners(self.entries.values(), tuple(self.rules.values()), known_literals)
        self._ignoring = Winners((), tuple(self.ignore.values()), known_literals)

    @classmethod
    @cache
    def builtin(cls) -> Catalog:
        """The built-in catalog, read once in a process. Raises CatalogError when one of the YAML files cannot be
        used."""
        compiled = load_compiled()
        known = {
            pattern: RequiredLiterals(tuple(map(frozenset, groups)), sufficient=sufficient)
            for pattern, (sufficient, groups) in compiled["literals"].items()
        }
        document: CatalogDocument = {"entries": compiled["entries"], "rules": compiled["rules"]}
        return cls(document, known, "built-in", compiled["version"])

    @classmethod
    def from_document(cls, document: CatalogDocument, name: str) -> Catalog:
        """A catalog of `document` alone, which fits the schema. Raises CatalogError."""
        check_patterns(document, name)
        return cls(document, {}, name)

    @classmethod
    def load(cls, paths: Sequence[Path]) -> Catalog:
        """The built-in catalog overlaid with the operator's files; a later file wins. Raises CatalogError, which names
        file, rule and field."""
        catalog = cls.builtin()
        for path in catalog_files(paths):
            catalog = catalog._overlaid(_read(path), str(path))
        return catalog

    def with_layer(self, document: object, name: str) -> Catalog:
        """This catalog overlaid with `document`, which has the form of a catalog file. Raises CatalogError."""
        return self._overlaid(check_document(document, name), name)

    def _overlaid(self, document: CatalogDocument, name: str) -> Catalog:
        check_patterns(document, name)
        return Catalog(merge_documents([self.document, without_examples(document)]), self._known_literals, name)

    def warm_up(self) -> None:
        """Compiles the rules, for which the first failure would wait otherwise (about 0.1 s). Thread-safe."""
        self._winners.compile()
        self._ignoring.compile()

    def match(self, observation: Observation) -> Match:
        """The verdict on one failure; `Match.known` is false when no rule holds. Never raises. Reads 4 KiB of the text,
        in linear time."""
        winner = self._winners.winner(observation)
        match = winner.match if winner is not None else UNKNOWN
        if not self.ignore:  # most catalogs
            return match
        ignoring = self._ignoring.winner(observation)
        return replace(match, ignored_by=ignoring.rule.id) if ignoring is not None else match

    def explain(self, observation: Observation) -> Explanation:
        """The same verdict, with the observed facts and the reasons why other rules lost."""
        explanation = explain(self._winners.evidence(observation), self._winners.index)
        ignoring = self._ignoring.winner(observation) if self.ignore else None
        if ignoring is None:
            return explanation
        match = replace(explanation.match, ignored_by=ignoring.rule.id)
        return replace(explanation, match=match, ignored_because=ignoring.match.matched)


def _read(path: Path) -> CatalogDocument:
    """An operator's file, where the packages to read it may be missing."""
    try:
        return read_document(path)
    except ImportError as error:
        raise CatalogError(str(path), "YAML needs `pip install 'failcat[yaml]'`; JSON needs nothing") from error
