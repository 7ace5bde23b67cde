"""Catalog files: their schema as types, and how they are read, checked and merged.

PyYAML and jsonschema are imported only when a file is read. An agent has neither: it loads the compiled catalog, checks
files with `schema_check`, and reads JSON; YAML needs the extra `failcat[yaml]`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast

from failcat_catalog.matcher.patterns import PatternError, check_pattern
from failcat_catalog.schema_check import first_violation

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

    from failcat_catalog.types import AttributeValue

PACKAGE = Path(__file__).parent
SCHEMA_FILE = PACKAGE / "catalog.schema.json"
SUFFIXES = frozenset({".yaml", ".yml", ".json"})
MAX_FILE_BYTES = 8 << 20  # ten times the built-in knowledge


class RecoveryDocument(TypedDict, total=False):
    mode: str
    max_attempts: int
    base_delay_ms: int
    max_delay_ms: int
    jitter: float
    honour_retry_after: bool
    action: str


class EntryDocument(TypedDict, total=False):
    code: str
    category: str
    severity: str
    retryable: bool
    http_status: int | None
    message: str
    recovery: RecoveryDocument
    suggestions: list[str]
    docs: str


class ConditionDocument(TypedDict, total=False):
    codes: list[str]
    types: list[str]
    statuses: list[int | str]
    grpc: list[str]
    sqlstate: list[str]
    jsonrpc: list[int]
    errno: list[str]
    exit_code: list[int]
    kafka: list[str]
    protocol: list[str]
    span: list[str]
    providers: list[str]
    attributes: dict[str, list[str | int | float | bool]]
    finish_reasons: list[str]
    message: list[str]
    exact: list[str]
    prefix: list[str]


class ExampleDocument(TypedDict, total=False):
    error_code: str
    error_type: str
    exception_type: str
    message: str
    attributes: dict[str, AttributeValue]


class RuleDocument(TypedDict, total=False):
    id: str
    code: str
    provider: str
    when: list[ConditionDocument]
    unless: list[ConditionDocument]
    general: bool
    retryable: bool
    recovery: RecoveryDocument
    suggestions: list[str]
    source: str
    examples: list[ExampleDocument]
    counter_examples: list[ExampleDocument]


class IgnoreDocument(TypedDict, total=False):
    """What is no failure to the operator. Conditions and examples are those of a rule."""

    id: str
    when: list[ConditionDocument]
    unless: list[ConditionDocument]
    source: str
    examples: list[ExampleDocument]
    counter_examples: list[ExampleDocument]


AnyRule = RuleDocument | IgnoreDocument


class CatalogDocument(TypedDict, total=False):
    entries: list[EntryDocument]
    rules: list[RuleDocument]
    ignore: list[IgnoreDocument]


def all_rules(document: CatalogDocument) -> list[AnyRule]:
    """The rules, and those that ignore."""
    return [*(document.get("rules") or ()), *(document.get("ignore") or ())]


class CatalogError(Exception):
    """A catalog file cannot be used. Names the file, the rule or entry, and the field."""

    def __init__(self, file: str, message: str, *, rule: str = "", field: str = "") -> None:
        place = ": ".join(part for part in (file, rule, field) if part)
        super().__init__(f"{place}: {message}")
        self.file, self.rule, self.field = file, rule, field


def catalog_files(paths: Iterable[Path]) -> list[Path]:
    """The files that `paths` name, in their order; a folder stands for its catalog files by name, `~` for the home.
    Raises CatalogError for a path that does not exist or may not be read."""
    homes = (Path(os.path.expanduser(path)) for path in paths)  # noqa: PTH111  # pathlib raises for an unknown ~user
    return [file for path in homes for file in _files_of(path)]


def _files_of(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            return sorted(child for child in path.iterdir() if child.suffix in SUFFIXES)
        if path.is_file():
            return [path]
    except OSError as error:
        raise CatalogError(str(path), error.strerror or str(error)) from error
    raise CatalogError(str(path), "no such file or folder")


def read_document(path: Path) -> CatalogDocument:
    """Reads and checks one file. Raises CatalogError."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise CatalogError(str(path), f"larger than {MAX_FILE_BYTES} bytes")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CatalogError(str(path), error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise CatalogError(str(path), f"not UTF-8: {error}") from error
    return check_document(_parse(path, text), str(path))


def check_document(document: object, name: str) -> CatalogDocument:
    """`document` if it fits the schema; raises CatalogError naming the rule and the field that do not."""
    try:
        from jsonschema.exceptions import best_match  # noqa: PLC0415 - an agent does not install it
    except ImportError:
        if (violation := first_violation(document, _schema())) is not None:
            raise _error_at(violation.path, violation.message, document, name) from None
        return cast("CatalogDocument", document)
    error = best_match(_validator().iter_errors(document))
    if error is not None:
        raise _error_at(error.absolute_path, error.message, document, name)
    return cast("CatalogDocument", document)


def merge_documents(documents: Sequence[CatalogDocument]) -> CatalogDocument:
    """One document in which a later entry or rule replaces an earlier one of the same code or id."""
    entries: dict[str, EntryDocument] = {}
    rules: dict[str, RuleDocument] = {}
    ignore: dict[str, IgnoreDocument] = {}
    for document in documents:
        entries.update((entry["code"], entry) for entry in document.get("entries") or ())
        rules.update((rule["id"], rule) for rule in document.get("rules") or ())
        ignore.update((rule["id"], rule) for rule in document.get("ignore") or ())
    return _document(entries.values(), rules.values(), ignore.values())


def _document(
    entries: Iterable[EntryDocument], rules: Iterable[RuleDocument], ignore: Iterable[IgnoreDocument]
) -> CatalogDocument:
    """Without `ignore` where there is none, so that the version of such a catalog is what it was."""
    document: CatalogDocument = {"entries": list(entries), "rules": list(rules)}
    if ignoring := list(ignore):
        document["ignore"] = ignoring
    return document


def without_examples(document: CatalogDocument) -> CatalogDocument:
    """`document` without the examples, which only tools read."""
    stripped = [
        [{key: value for key, value in rule.items() if key not in ("examples", "counter_examples")} for rule in rules]
        for rules in (document.get("rules") or (), document.get("ignore") or ())
    ]
    return _document(document.get("entries") or (), *stripped)  # type: ignore[arg-type]  # rules as plain maps


def content_version(document: CatalogDocument) -> str:
    """`c-` and eight hexadecimal digits that follow from the entries and rules; examples do not count."""
    content = json.dumps(without_examples(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "c-" + blake2b(content.encode(), digest_size=4).hexdigest()


def check_patterns(document: CatalogDocument, name: str) -> None:
    """Raises CatalogError for the first pattern that is not valid RE2."""
    for rule in all_rules(document):
        for kind, conditions in (("when", rule["when"]), ("unless", rule.get("unless") or ())):
            for number, condition in enumerate(conditions):
                for pattern in condition.get("message", ()):
                    try:
                        check_pattern(pattern)
                    except PatternError as error:
                        place = f"{kind}.{number}.message"
                        raise CatalogError(name, f"{pattern!r}: {error}", rule=rule["id"], field=place) from error


def _parse(path: Path, text: str) -> object:
    if path.suffix == ".json":
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise CatalogError(str(path), f"not JSON: {error}") from error
    import yaml  # noqa: PLC0415 - an agent does not install it

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}  # noqa: S506 - safe loaders
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date that no calendar has is a ValueError
        raise CatalogError(str(path), "not YAML: " + " ".join(str(error).split())) from error


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - an agent does not install it

    return Draft202012Validator(_schema())


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def _error_at(place: Iterable[str | int], message: str, document: Any, name: str) -> CatalogError:
    path = list(place)
    rule = ""
    if isinstance(document, Mapping) and len(path) >= 2:
        item = document[path[0]][path[1]]
        if isinstance(item, Mapping):
            rule = str(item.get("id") or item.get("code") or f"{path[0]}[{path[1]}]")
            path = path[2:]
    return CatalogError(name, message[:300], rule=rule, field=".".join(map(str, path)))
