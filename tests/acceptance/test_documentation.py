"""The reference has every metric and column that there is, and nothing else of their kind."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg
from tests.support.sidecar import SidecarProcess

REFERENCE = (Path(__file__).parents[2] / "docs" / "reference.md").read_text(encoding="utf-8")

COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
JOIN pg_class ON oid = table_name::REGCLASS
WHERE table_schema = 'public' AND NOT relispartition AND table_name <> 'alembic_version'
ORDER BY table_name, ordinal_position
"""


def documented_columns() -> set[tuple[str, str, str]]:
    sections = re.split(r"^### ", REFERENCE.partition("## Tables")[2], flags=re.MULTILINE)[1:]
    return {
        (section.partition("\n")[0], column, kind)
        for section in sections
        for column, kind in re.findall(r"^\| `(\w+)` \| ([\w ]+) \|", section, re.MULTILINE)
    }


def test_every_metric_of_a_running_sidecar_is_documented(sidecar: SidecarProcess) -> None:
    exposed = {re.sub(r"(_bucket|_sum|_count|_created)?({.*)?$", "", name) for name in sidecar.metrics()}
    ours = {name for name in exposed if name.startswith(("fail", "recovery_"))}
    assert {name for name in ours if f"`{name}" not in REFERENCE} == set()


async def test_every_column_is_documented_with_its_type(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        columns = {tuple(row) for row in await connection.fetch(COLUMNS)}
    finally:
        await connection.close()
    assert documented_columns() == columns
