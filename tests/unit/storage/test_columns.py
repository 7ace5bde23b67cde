"""What follows from the tables of columns when one is added."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest

from failcat_core.records import EnrichmentRecord
from failcat_storage.batch import merge
from failcat_storage.errors import RefusedData
from failcat_storage.rehearsal import plain_records
from failcat_storage.rows import ENRICH_FAILURES, FAILURES, FILLABLE, INSERT_FAILURES, hex_text, uuid_of
from failcat_storage.tables import Column, Table

ID = bytes(range(16))
COLUMNS = Column("id", "UUID", convert=uuid_of), Column("model", "TEXT"), Column("span", "TEXT", "span_id", hex_text)
TABLE: Table[SimpleNamespace] = Table(*COLUMNS)


def test_rows_arrays_and_sql_follow_from_the_columns() -> None:
    records = [SimpleNamespace(id=ID, model="m", span_id=b"\x01" * 8), SimpleNamespace(id=ID, model=None, span_id=b"")]
    rows = [(uuid_of(ID), "m", "01" * 8), (uuid_of(ID), None, None)]
    assert TABLE.rows(records) == rows
    assert TABLE.arrays(records) == [[uuid_of(ID)] * 2, ["m", None], ["01" * 8, None]]
    sql = TABLE.query("insert_failures", first=3)
    assert "INSERT INTO failure_matches (id, model, span)" in sql
    assert "unnest($3::UUID[], $4::TEXT[], $5::TEXT[])" in sql


def test_a_value_without_a_form_is_refused() -> None:
    with pytest.raises(RefusedData, match="16"):
        TABLE.rows([SimpleNamespace(id=b"abc", model="m", span_id=b"")])


@pytest.mark.parametrize("name", FAILURES.names)
def test_every_column_is_inserted_and_rehearsed(name: str) -> None:
    assert f" {name}," in INSERT_FAILURES.replace("(", " ").replace(")", ",")
    plain = plain_records()[0]
    assert getattr(plain, FAILURES[name].source) is not None


@pytest.mark.parametrize("name", FILLABLE)
def test_every_column_of_a_report_is_filled_and_merged(name: str) -> None:
    assert f"{name} = coalesce(stored.{name}, given.{name})" in ENRICH_FAILURES
    first, second = EnrichmentRecord(id=ID, member_id=ID), EnrichmentRecord(id=ID, member_id=ID)
    value = 7 if name == "step_index" else "x"
    second = msgspec.structs.replace(second, **{name: value})
    assert getattr(merge(first, second), name) == value
    assert getattr(merge(second, msgspec.structs.replace(first, **{name: None})), name) == value
