"""The catalog: immutable, compiled once, one verdict for agent and sidecar."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType

from failcat_catalog.documents import (
    PACKAGE,
    CatalogDocument,
    CatalogError,
    catalog_files,
    check_document,
    merge_documents,
    read_document,
)
from failcat_catalog.explain import Explanation, explain
from failcat_catalog.matcher.conditions import UNKNOWN
from failcat_catalog.matcher.decisions import Decisions
from failcat_catalog.matcher.evidence import Evidence, start_of
from failcat_catalog.matcher.index import Index
from failcat_catalog.matcher.literals import Needs
from failcat_catalog.matcher.patterns import PatternError, check_pattern
from failcat_catalog.rules import Rule, make_entry, make_rule
from failcat_catalog.types import Entry, Match, Observation

GENERATED_FILE = PACKAGE / "catalog.json"
"""Generated from entries/*.yaml by failcat_catalog.build; it is what wheels carry and agents load."""


class Catalog:
    """Entries and the rules that lead to them. Make one with `builtin`, `load` or `with_layer`."""

    def __init__(
        self, document: CatalogDocument, known_needs: Mapping[str, Needs], layer: str, version: str = ""
    ) -> None:
        self.document = document  # merged, without examples
        self._known_needs = known_needs
        self.entries: Mapping[str, Entry] = MappingProxyType(
            {entry["code"]: make_entry(entry) for entry in document["entries"]}
        )
        self.rules: Mapping[str, Rule] = MappingProxyType(
            {rule["id"]: make_rule(rule, self.entries, layer) for rule in document["rules"]}
        )
        self.version = version or content_version(document)

    @cached_property
    def _index(self) -> Index:
        """Compiled on the first failure: an agent that never fails does not pay for it."""
        return Index(self.entries.values(), tuple(self.rules.values()), self._known_needs)

    @cached_property
    def _decisions(self) -> Decisions:
        return Decisions(self._index)

    @classmethod
    @cache
    def builtin(cls) -> Catalog:
        """What Failcat knows by itself. Raises CatalogError when the generated file is missing or broken."""
        try:
            generated = json.loads(GENERATED_FILE.read_bytes())
        except (OSError, ValueError) as error:
            raise CatalogError(str(GENERATED_FILE), f"{error}; run python -m failcat_catalog.build") from error
        known = {
            pattern: Needs(tuple(map(frozenset, groups)), literal=literal)
            for pattern, (literal, groups) in generated["needs"].items()
        }
        document: CatalogDocument = {"entries": generated["entries"], "rules": generated["rules"]}
        return cls(document, known, str(GENERATED_FILE), generated["version"])

    @classmethod
    def from_document(cls, document: CatalogDocument, name: str) -> Catalog:
        """A catalog of `document` alone, which fits the schema. Raises CatalogError."""
        check_patterns(document, name)
        return cls(document, {}, name)

    @classmethod
    def load(cls, paths: Sequence[Path]) -> Catalog:
        """The built-in catalog with the operator's files laid over it; the later one wins. Raises CatalogError naming
        file, rule and field."""
        catalog = cls.builtin()
        for path in catalog_files(paths):
            catalog = catalog._overlaid(read_document(path), str(path))
        return catalog

    def with_layer(self, document: object, name: str) -> Catalog:
        """This catalog with `document`, of the same form as a catalog file, laid over it. Raises CatalogError."""
        return self._overlaid(check_document(document, name), name)

    def _overlaid(self, document: CatalogDocument, name: str) -> Catalog:
        check_patterns(document, name)
        return Catalog(merge_documents([self.document, without_examples(document)]), self._known_needs, name)

    def warm_up(self) -> None:
        """Compiles what the first failure would have to wait for (about 0.1 s); safe in a thread of its own."""
        self._index.texts.compile()

    def match(self, observation: Observation) -> Match:
        """The verdict on one failure; `Match.known` is false when no rule holds. Never raises, linear in the text's
        length, of which 4 KiB are read."""
        winner = self._index.certain(observation) or self._decisions.winner(observation)
        return winner.match if winner is not None else UNKNOWN

    def explain(self, observation: Observation) -> Explanation:
        """The same verdict, with what was seen and why other rules lost."""
        return explain(Evidence(start_of(observation, self._index), self._index), self._index)


def content_version(document: CatalogDocument) -> str:
    """`c-` and eight hexadecimal digits that follow from the entries and rules; examples do not count."""
    content = json.dumps(without_examples(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "c-" + blake2b(content.encode(), digest_size=4).hexdigest()


def without_examples(document: CatalogDocument) -> CatalogDocument:
    """`document` without what only tools read."""
    rules = [
        {key: value for key, value in rule.items() if key not in ("examples", "counter_examples")}
        for rule in document.get("rules") or ()
    ]
    return {"entries": list(document.get("entries") or ()), "rules": rules}  # type: ignore[typeddict-item]


def check_patterns(document: CatalogDocument, name: str) -> None:
    """Raises CatalogError for the first pattern that is not valid RE2."""
    for rule in document.get("rules") or ():
        for kind, conditions in (("when", rule["when"]), ("unless", rule.get("unless") or ())):
            for number, condition in enumerate(conditions):
                for pattern in condition.get("message", ()):
                    try:
                        check_pattern(pattern)
                    except PatternError as error:
                        place = f"{kind}.{number}.message"
                        raise CatalogError(name, f"{pattern!r}: {error}", rule=rule["id"], field=place) from error
