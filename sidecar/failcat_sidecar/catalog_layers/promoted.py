"""Promoted entries as the last layer of the catalog, and their copy on disk for a start without the database.

A broken entry never keeps the others from being used; its last good version, if there is one, stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogDocument, CatalogError, check_document, check_patterns, merge_documents
from failcat_core.records import UNDECODABLE
from failcat_storage.promoted import MAX_PROMOTED_BYTES, PromotedEntry

LAYER = "promoted entries"
MAX_CACHE_BYTES = 4 * MAX_PROMOTED_BYTES  # JSON within JSON: every quote is escaped


@dataclass(frozen=True, slots=True)
class Layered:
    """A catalog with promoted entries as its last layer."""

    catalog: Catalog
    used: tuple[PromotedEntry, ...]
    problems: tuple[str, ...]  # one line for each entry that is not used, or in an older version


def with_promoted(base: Catalog, entries: Iterable[PromotedEntry], before: Iterable[PromotedEntry] = ()) -> Layered:
    """`base` with all valid `entries` as a layer; the later one wins. A broken one is replaced by the last valid
    version of its code in `before`. Raises CatalogError when valid ones contradict each other."""
    last_good = {entry.code: entry for entry in before}
    documents: list[CatalogDocument] = []
    used: list[PromotedEntry] = []
    problems: list[str] = []
    for entry in entries:
        for version in dict.fromkeys((entry, last_good.get(entry.code, entry))):
            try:
                documents.append(_checked(version, base))
            except CatalogError as error:
                problems.append(str(error))
                continue
            used.append(version)
            break
    catalog = base.with_layer(merge_documents(documents), LAYER) if documents else base
    return Layered(catalog, tuple(used), tuple(problems))


def read_cache(path: Path) -> tuple[PromotedEntry, ...]:
    """The entries that were used last; none without the file. Raises CatalogError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(MAX_CACHE_BYTES), type=tuple[PromotedEntry, ...])
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise CatalogError(str(path), error.strerror or str(error)) from error
    except UNDECODABLE as error:
        raise CatalogError(str(path), str(error)) from error


def write_cache(path: Path, entries: Sequence[PromotedEntry]) -> None:
    """Replaces the file at once. Raises OSError."""
    new = path.with_suffix(".new")
    new.write_bytes(msgspec.json.encode(entries))
    os.replace(new, path)  # noqa: PTH105  # it is atomic, so that nobody reads half a file


def _checked(entry: PromotedEntry, base: Catalog) -> CatalogDocument:
    """The document of `entry` if it can be a layer on `base`. Raises CatalogError naming the entry."""
    name = f"promoted entry {entry.code}"
    try:
        # Unlike Python's own decoder, this one refuses halves of surrogate pairs, which no pattern or row can hold.
        document = check_document(msgspec.json.decode(entry.document), name)
    except (ValueError, *UNDECODABLE) as error:
        raise CatalogError(name, str(error)) from error
    check_patterns(document, name)
    codes = {*base.entries, *(promoted["code"] for promoted in document.get("entries") or ())}
    for rule in document.get("rules") or ():
        if rule["code"] not in codes:
            raise CatalogError(name, f"no entry has the code {rule['code']}", rule=rule["id"], field="code")
    return document
