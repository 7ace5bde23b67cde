"""One concept has one name, and what is carried is read: classes and fields of the four packages.

A class whose name starts with `_` is of one module and free to choose. Every exception below has its reason, and one
that is needed no more is a finding too.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGES = (
    "core/failcat_core",
    "catalog/failcat_catalog",
    "instrumentation/failcat",
    "sidecar/failcat_sidecar",
    "storage/failcat_storage",
)

SHARED_NAMES: dict[str, str] = {}

WHOLE = "the tuple or record is written as a whole"
UNREAD_FIELDS = {
    "AgentSettings.endpoint": "a table of settings, whose fields are read as rows",
    "Entry.docs": "`failcat catalog show --json` prints entries as a whole",
    "GroupHour.occurrences": WHOLE,
    "GroupHour.title": WHOLE,
    "MaintenanceReport.bridged_groups": WHOLE,
    "MaintenanceReport.moved_rows": WHOLE,
    "SegmentHeader.created_at_us": WHOLE,
    "_Row.record_bytes": WHOLE,
}


def findings(root: Path) -> list[str]:
    modules = {path: ast.parse(path.read_bytes()) for path in _files(root)}
    return [*_excused(_shared_names(modules, root), SHARED_NAMES), *_excused(_unread(modules), UNREAD_FIELDS)]


def _excused(found: dict[str, str], exceptions: dict[str, str]) -> list[str]:
    stale = [f"{name} is as it should be: take it from the exceptions in tests/house/names.py" for name in exceptions]
    return [f"{name} {what}" for name, what in found.items() if name not in exceptions] + [
        line for name, line in zip(exceptions, stale, strict=True) if name not in found
    ]


def _shared_names(modules: dict[Path, ast.Module], root: Path) -> dict[str, str]:
    places = defaultdict(list)
    for path, module in modules.items():
        for each in _classes(module):
            places[each.name].append(f"{path.relative_to(root)}:{each.lineno}")
    shared = {name: where for name, where in places.items() if len(where) > 1 and not name.startswith("_")}
    return {name: f"names {len(where)} classes: {', '.join(where)}" for name, where in sorted(shared.items())}


def _unread(modules: dict[Path, ast.Module]) -> dict[str, str]:
    read = {
        node.attr
        for module in modules.values()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    fields = [field for module in modules.values() for each in _classes(module) for field in _fields(each)]
    return {field: "is never read" for field in fields if field.partition(".")[2] not in read}


def _fields(record: ast.ClassDef) -> Iterator[str]:
    """`Class.field` for the fields of a dataclass, named tuple or struct."""
    if not any("dataclass" in ast.unparse(each) for each in record.decorator_list) and not any(
        ast.unparse(base) in ("NamedTuple", "msgspec.Struct") for base in record.bases
    ):
        return
    for statement in record.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield f"{record.name}.{statement.target.id}"


def _classes(module: ast.Module) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.ClassDef))


def _files(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((root / package).rglob("*.py"))
