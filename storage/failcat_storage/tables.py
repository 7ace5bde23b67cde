"""One description of a table's columns, from which rows, arrays and SQL follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from failcat_storage.errors import RefusedData
from failcat_storage.queries import query

Cell = UUID | str | bytes | float | bool | int | datetime | None
Row = tuple[Cell, ...]
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the writer fills."""

    name: str
    kind: str  # PostgreSQL's type
    field: str = ""  # of the record, when it is not named as the column
    convert: Callable[[Any], Cell] | None = None  # the field's value to what the driver encodes

    @property
    def source(self) -> str:
        return self.field or self.name


class Table(Generic[R]):
    """How records of type R become rows of one table. At least two columns."""

    def __init__(self, *columns: Column) -> None:
        self.columns = columns
        self.names = tuple(column.name for column in columns)
        self._row: Callable[[R], Row] = _compiled(columns)

    def __getitem__(self, name: str) -> Column:
        return self.columns[self.names.index(name)]

    def rows(self, records: Iterable[R]) -> list[Row]:
        """One each, in the order of `names`. Raises RefusedData when a record has no form that a column takes."""
        with encodable():
            return list(map(self._row, records))

    def arrays(self, records: Iterable[R]) -> list[list[Cell]]:
        """One for each column, as `unnest` takes them; of at least one record. Raises as `rows` does."""
        return transposed(self.rows(records))

    def query(self, name: str, first: int = 1, **parts: str) -> str:
        """The text of sql/NAME.sql with `{columns}`, `{arrays}` (parameters from number `first` on) and `parts`."""
        arrays = (f"${number}::{column.kind}[]" for number, column in enumerate(self.columns, first))
        return query(name).format(columns=", ".join(self.names), arrays=", ".join(arrays), **parts)


def _compiled(columns: Iterable[Column]) -> Callable[[Any], Row]:
    """A function from a record to its row, as it would be written by hand: a loop over the columns takes twice as
    long."""
    converts = {f"convert_{column.name}": column.convert for column in columns if column.convert}
    cells = (
        f"convert_{column.name}(record.{column.source})" if column.convert else f"record.{column.source}"
        for column in columns
    )
    row: Callable[[Any], Row] = eval(f"lambda record: ({', '.join(cells)},)", dict(converts))  # noqa: S307  # our own text
    return row


def transposed(rows: Iterable[Sequence[Cell]]) -> list[list[Cell]]:
    """Rows turned into one array per column; at least one row."""
    return [list(column) for column in zip(*rows, strict=True)]


@contextmanager
def encodable() -> Iterator[None]:
    """Turns Python's own refusals, such as a UUID of 15 bytes, into RefusedData."""
    try:
        yield
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise RefusedData("unencodable", str(error)) from error
