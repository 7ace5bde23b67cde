"""Translates errors of PostgreSQL to ours by their cause: the one table of SQLSTATEs and of the objects that they name.

- A row's: only a value can do this, or it broke a constraint that this release made. The row is quarantined.
- The schema's: a constraint, column or right that this release did not make. The stream is held until that is mended.
- The server's or a transaction's: it passes. The stream is held.
- Nobody knows: a trigger's own errors, and whatever is not listed. Tried again, then narrowed down to the row.

Even a row's fault is believed only when a plain row is taken, see `rehearsal`.
"""

from __future__ import annotations

import asyncpg

from failcat_storage.errors import (
    DuplicateRow,
    LockTimeout,
    RefusedData,
    RetryableStorageError,
    SchemaConflict,
    SchemaMissing,
    StorageError,
    UnexplainedRefusal,
)
from failcat_storage.partitions import KEYS, Week
from failcat_storage.schema import OWN_CHECKS, OWN_NOT_NULL

_ROWS = {"22": "refused_value", "54": "too_large"}
_CONSTRAINTS = "23"
_CONSTRAINT_REASON = "refused_constraint"
_SCHEMAS = {
    "3F",  # no such schema
    "42",  # table, column, function, type, right; row-level security too
    "44",  # a view's check option
}
_PASSING = {
    "08",  # connection
    "25",  # transaction state; 25006: read-only, after a failover
    "26",  # a prepared statement that a pooler's other server does not know
    "28",  # role or password
    "34",  # cursor
    "3B",  # savepoint
    "3D",  # no such database
    "40",  # serialization, deadlock
    "53",  # disk, memory or connections are exhausted
    "55",  # a lock, an object in use
    "57",  # cancelled, shutting down
    "58",  # input or output error
    "F0",  # configuration file
}
_CORRUPTED = {"XX001", "XX002"}
_UNIQUE_VIOLATION, _NOT_NULL_VIOLATION, _CHECK_VIOLATION = "23505", "23502", "23514"
_LOCKED_OUT = {"55P03", "40P01"}  # lock_timeout, and a deadlock: a lock that would never come
_MISSING = {"42P01", "42703", "42883", "3F000"}  # table, column, function, schema


def fault(error: asyncpg.PostgresError) -> StorageError:
    """The error of ours for an error of PostgreSQL."""
    sqlstate, message = error.sqlstate or "", first_line(error)
    kind, answer = sqlstate[:2], f"{sqlstate}: {message}"
    if kind in _ROWS:
        ours: StorageError = RefusedData(_ROWS[kind], answer)
    elif kind == _CONSTRAINTS:
        ours = _broken_constraint(error, answer)
    elif sqlstate in _MISSING:
        ours = SchemaMissing(f"{message}: run `failcat migrate`, or undo what altered the schema")
    elif kind in _SCHEMAS:
        ours = SchemaConflict(answer)
    elif sqlstate in _LOCKED_OUT:
        ours = LockTimeout(message)
    elif kind in _PASSING or sqlstate in _CORRUPTED:
        ours = RetryableStorageError(f"PostgreSQL answers {answer}")
    else:
        ours = UnexplainedRefusal(sqlstate, answer)
    return ours


def _broken_constraint(error: asyncpg.PostgresError, answer: str) -> StorageError:
    sqlstate = error.sqlstate or ""
    if sqlstate == _UNIQUE_VIOLATION and error.constraint_name:
        return DuplicateRow(answer)
    if not (error.constraint_name or error.column_name or error.data_type_name):
        # A partition's bounds are a check without a name: a partition was attached while the row waited for DEFAULT,
        # and the next try is routed to it. Without a table either, a trigger raised it.
        is_routing = sqlstate == _CHECK_VIOLATION and error.table_name
        return RetryableStorageError(answer) if is_routing else UnexplainedRefusal(sqlstate, answer)
    return RefusedData(_CONSTRAINT_REASON, answer) if _is_own(error) else SchemaConflict(answer)


def _is_own(error: asyncpg.PostgresError) -> bool:
    """Whether this release made the constraint. Foreign keys and exclusions are never ours."""
    table = _table_of(error.table_name or "")
    if error.sqlstate == _NOT_NULL_VIOLATION:
        return error.column_name in OWN_NOT_NULL.get(table, ())
    return error.sqlstate == _CHECK_VIOLATION and error.constraint_name in OWN_CHECKS.get(table, ())


def _table_of(name: str) -> str:
    """The table of a partition."""
    return next((table for table in KEYS if name == f"{table}_default" or Week.named(name, table)), name)


def first_line(error: BaseException) -> str:
    """The first line only; later ones may quote the row."""
    text = str(error).partition("\n")[0]
    return text or type(error).__name__
