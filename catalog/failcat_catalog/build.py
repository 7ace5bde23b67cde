"""Generates catalog.json and the reference page from entries/*.yaml: python -m failcat_catalog.build"""

from __future__ import annotations

import json
import sys

from failcat_catalog.catalog import GENERATED_FILE, Catalog, check_patterns, content_version, without_examples
from failcat_catalog.documents import CatalogDocument, CatalogError, builtin_files, merge_documents, read_document
from failcat_catalog.matcher.literals import needs
from failcat_catalog.reference import REFERENCE_FILE, reference_text


def builtin_document() -> CatalogDocument:
    """All YAML files as one document, examples included. Raises CatalogError, also for an id or code used twice."""
    documents = []
    owners: dict[str, str] = {}
    for path in builtin_files():
        document = read_document(path)
        check_patterns(document, path.name)
        names = [entry["code"] for entry in document.get("entries") or ()]
        names += [rule["id"] for rule in document.get("rules") or ()]
        for name in names:
            if owners.setdefault(name, path.name) != path.name or names.count(name) > 1:
                raise CatalogError(path.name, f"also in {owners[name]}", rule=name)
        documents.append(document)
    return merge_documents(documents)


def generated_text(document: CatalogDocument) -> str:
    """The content of catalog.json: entries, rules, and the literals that each pattern needs."""
    content = without_examples(document)
    patterns = sorted(
        {
            pattern
            for rule in content["rules"]
            for condition in (*rule["when"], *(rule.get("unless") or ()))
            for pattern in condition.get("message", ())
        }
    )
    literals = {pattern: needs(pattern) for pattern in patterns}
    known = {pattern: [need.literal, [sorted(group) for group in need.groups]] for pattern, need in literals.items()}
    generated = {**content, "needs": known, "version": content_version(content)}
    return json.dumps(generated, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def main() -> None:
    try:
        document = builtin_document()
    except CatalogError as error:
        sys.exit(f"catalog: {error}")
    GENERATED_FILE.write_text(generated_text(document), encoding="utf-8")
    REFERENCE_FILE.write_text(reference_text(Catalog.from_document(document, "catalog")), encoding="utf-8")
    sys.stdout.write(f"{GENERATED_FILE}: {len(document['entries'])} entries, {len(document['rules'])} rules\n")


if __name__ == "__main__":
    main()
