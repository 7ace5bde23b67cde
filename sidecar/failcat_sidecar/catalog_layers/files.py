"""Detects changes of the operator's catalog files."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from failcat_catalog.documents import MAX_FILE_BYTES, CatalogError, catalog_files


def fingerprint(paths: Sequence[Path]) -> bytes:
    """16 bytes that change with the names and contents of the catalog files in `paths`, and with errors in reading
    them. Times of modification are not enough: two changes may share one, and a mounted ConfigMap is swapped
    by a link."""
    digest = blake2b(digest_size=16)
    try:
        for path in catalog_files(paths):
            digest.update(f"{path}\0".encode("utf-8", "surrogateescape"))
            with path.open("rb") as file:
                digest.update(blake2b(file.read(MAX_FILE_BYTES + 1)).digest())
    except (OSError, CatalogError) as error:
        digest.update(str(error).encode("utf-8", "surrogateescape"))
    return digest.digest()
