"""The built-in catalog: YAML files, compiled into one JSON document that loads in milliseconds.

A wheel carries the compiled document, so that an agent needs no YAML parser. In a checkout it is compiled when a file
has changed, and cached beside Python's byte code: the next process uses an edited rule, without any other step.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b
from importlib.util import cache_from_source
from pathlib import Path
from typing import TypedDict, cast

from failcat_catalog import documents
from failcat_catalog.documents import (
    PACKAGE,
    SCHEMA_FILE,
    CatalogDocument,
    CatalogError,
    EntryDocument,
    RuleDocument,
    check_patterns,
    content_version,
    merge_documents,
    read_document,
    without_examples,
)
from failcat_catalog.matcher import literals

ENTRIES_FOLDER = PACKAGE / "entries"
COMPILED_FILE = PACKAGE / "catalog.json"
"""Where a wheel has the compiled catalog; a checkout has no such file."""

_COMPILER_FILES = (Path(__file__), Path(documents.__file__), Path(literals.__file__), SCHEMA_FILE)
_CACHE_PREFIX = "catalog-"


class CompiledCatalog(TypedDict):
    """The content of the compiled file."""

    entries: list[EntryDocument]
    rules: list[RuleDocument]  # without examples
    literals: dict[str, tuple[bool, list[list[str]]]]  # for each pattern: RequiredLiterals.sufficient and .groups
    sources: str  # the digest of the YAML files
    version: str


def builtin_files() -> list[Path]:
    """The YAML files of the built-in catalog, by name."""
    return sorted(ENTRIES_FOLDER.glob("*.yaml"))


def builtin_document() -> CatalogDocument:
    """All YAML files as one document, examples included. Raises CatalogError, also for an id or code used twice."""
    if not builtin_files():
        raise CatalogError(str(ENTRIES_FOLDER), "no YAML files")
    found = []
    owners: dict[str, str] = {}
    for path in builtin_files():
        document = read_document(path)
        check_patterns(document, path.name)
        names = [entry["code"] for entry in document.get("entries") or ()]
        names += [rule["id"] for rule in document.get("rules") or ()]
        for name in names:
            if owners.setdefault(name, path.name) != path.name or names.count(name) > 1:
                raise CatalogError(path.name, f"also in {owners[name]}", rule=name)
        found.append(document)
    return merge_documents(found)


def load_compiled() -> CompiledCatalog:
    """The compiled form of the YAML files as they are now. Raises CatalogError when one of them cannot be used, or when
    they have changed since the wheel was built and PyYAML is not installed."""
    sources = _digest(builtin_files())
    packaged = _read_compiled(COMPILED_FILE)
    if packaged is not None and (packaged["sources"] == sources or not builtin_files()):
        return packaged
    cached = _cache_file()
    compiled = _read_compiled(cached)
    if compiled is None:
        compiled = compile_builtin()
        if _cache_file() == cached:  # no file was edited in the meantime
            _write_cache(cached, compiled_text(compiled))
    return compiled


def compiled_text(compiled: CompiledCatalog) -> str:
    """`compiled` as the content of a file."""
    return json.dumps(compiled, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def compile_builtin() -> CompiledCatalog:
    """Reads and checks the YAML files (about 0.5 s). Raises CatalogError."""
    sources = _digest(builtin_files())
    try:
        content = without_examples(builtin_document())
    except ImportError as error:
        reason = f"the catalog's YAML files must be compiled, and {error.name} is not installed"
        raise CatalogError(str(ENTRIES_FOLDER), reason) from error
    required = {pattern: literals.required_literals(pattern) for pattern in _patterns(content)}
    return {
        "entries": content["entries"],
        "rules": content["rules"],
        "literals": {
            pattern: (found.sufficient, [sorted(group) for group in found.groups])
            for pattern, found in required.items()
        },
        "sources": sources,
        "version": content_version(content),
    }


def _patterns(document: CatalogDocument) -> list[str]:
    conditions = (condition for rule in document["rules"] for condition in (*rule["when"], *(rule.get("unless") or ())))
    return sorted({pattern for condition in conditions for pattern in condition.get("message", ())})


def _digest(files: Iterable[Path]) -> str:
    digest = blake2b(digest_size=16)
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _read_compiled(file: Path) -> CompiledCatalog | None:
    """None when the file does not exist or is damaged."""
    try:
        return cast("CompiledCatalog", json.loads(file.read_bytes()))
    except (OSError, ValueError):
        return None


def _cache_file() -> Path:
    """Beside the byte code; named after all that the compiled form follows from."""
    folder = Path(cache_from_source(str(PACKAGE / "catalog.py"))).parent
    return folder / f"{_CACHE_PREFIX}{_digest([*builtin_files(), *_COMPILER_FILES])}.json"


def _write_cache(file: Path, text: str) -> None:
    """Replaces what was cached before. A folder that cannot be written costs the next process the compilation."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(file)
        for outdated in file.parent.glob(f"{_CACHE_PREFIX}*.json"):
            if outdated != file:
                outdated.unlink(missing_ok=True)
