"""Every error of the driver is one of ours: retryable, refused, or the configuration."""

from __future__ import annotations

import asyncpg
import pytest

from failcat_storage.database import translated
from failcat_storage.errors import (
    DuplicateRow,
    LockTimeout,
    RefusedData,
    RetryableStorageError,
    SchemaConflict,
    SchemaMissing,
    StorageConfigurationError,
    StorageError,
    UnexplainedRefusal,
)
from failcat_storage.store import Store


def answer(error: type[asyncpg.PostgresError], **names: str) -> asyncpg.PostgresError:
    """An answer of PostgreSQL that names a constraint, column, table or type."""
    answered = error("x")
    for name, value in names.items():
        setattr(answered, f"{name}_name", value)
    return answered


WEEK = "failure_matches_y2026w49"

TABLE: list[tuple[Exception, type[StorageError]]] = [
    (asyncpg.ReadOnlySQLTransactionError("x"), RetryableStorageError),  # 25006
    (asyncpg.TooManyConnectionsError("x"), RetryableStorageError),  # 53300
    (asyncpg.DiskFullError("x"), RetryableStorageError),  # 53100
    (asyncpg.AdminShutdownError("x"), RetryableStorageError),  # 57P01
    (asyncpg.CrashShutdownError("x"), RetryableStorageError),  # 57P02
    (asyncpg.CannotConnectNowError("x"), RetryableStorageError),  # 57P03
    (asyncpg.SerializationError("x"), RetryableStorageError),  # 40001
    (asyncpg.DeadlockDetectedError("x"), LockTimeout),  # 40P01
    (asyncpg.QueryCanceledError("x"), RetryableStorageError),  # 57014
    (asyncpg.InvalidPasswordError("x"), RetryableStorageError),  # 28P01
    (asyncpg.DataCorruptedError("x"), RetryableStorageError),  # XX001
    (asyncpg.InternalServerError("x"), UnexplainedRefusal),  # XX000
    (asyncpg.RaiseError("x"), UnexplainedRefusal),  # P0001
    (asyncpg.FeatureNotSupportedError("x"), UnexplainedRefusal),  # 0A000
    (asyncpg.CheckViolationError("a trigger raised it"), UnexplainedRefusal),  # 23514
    (answer(asyncpg.CheckViolationError, table=WEEK), RetryableStorageError),  # a partition was attached
    (answer(asyncpg.CheckViolationError, table=WEEK, constraint="theirs"), SchemaConflict),
    (answer(asyncpg.CheckViolationError, data_type="short", constraint="short_check"), SchemaConflict),
    (
        answer(asyncpg.CheckViolationError, table="failure_quarantine", constraint="failure_quarantine_detail_check"),
        RefusedData,
    ),
    (answer(asyncpg.NotNullViolationError, table=WEEK, column="run_id"), RefusedData),  # 23502
    (answer(asyncpg.NotNullViolationError, table=WEEK, column="team"), SchemaConflict),
    (answer(asyncpg.NotNullViolationError, table="audit", column="run_id"), SchemaConflict),
    (answer(asyncpg.ForeignKeyViolationError, table=WEEK, constraint="known"), SchemaConflict),  # 23503
    (answer(asyncpg.ExclusionViolationError, table=WEEK, constraint="alone"), SchemaConflict),  # 23P01
    (asyncpg.InsufficientPrivilegeError("x"), SchemaConflict),  # 42501
    (asyncpg.DatatypeMismatchError("x"), SchemaConflict),  # 42804
    (asyncpg.GeneratedAlwaysError("x"), SchemaConflict),  # 428C9
    (asyncpg.WithCheckOptionViolationError("x"), SchemaConflict),  # 44000
    (asyncpg.LockNotAvailableError("x"), LockTimeout),  # 55P03
    (asyncpg.UndefinedTableError("x"), SchemaMissing),  # 42P01
    (asyncpg.UndefinedColumnError("x"), SchemaMissing),  # 42703
    (answer(asyncpg.UniqueViolationError, table=WEEK, constraint="any"), DuplicateRow),  # 23505
    (asyncpg.CharacterNotInRepertoireError("x"), RefusedData),  # 22021
    (asyncpg.UntranslatableCharacterError("x"), RefusedData),  # 22P05
    (asyncpg.ProgramLimitExceededError("x"), RefusedData),  # 54000
    (asyncpg.InterfaceError("connection is closed"), RetryableStorageError),
    (asyncpg.TargetServerAttributeNotMatched("none is writable"), RetryableStorageError),
    (ConnectionResetError("reset"), RetryableStorageError),
    (TimeoutError(), RetryableStorageError),
]


@pytest.mark.parametrize(("error", "ours"), TABLE, ids=lambda value: getattr(value, "__name__", repr(value)))
def test_errors_are_translated(error: Exception, ours: type[StorageError]) -> None:
    with pytest.raises(StorageError) as raised, translated():
        raise error
    assert type(raised.value) is ours
    assert raised.value.__cause__ is error
    assert str(raised.value)


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), translated():
        raise KeyError("a bug of ours")


def test_our_errors_pass_as_they_are() -> None:
    error = RefusedData("too_large")
    with pytest.raises(RefusedData) as raised, translated():
        raise error
    assert raised.value is error


def test_a_message_is_one_line() -> None:
    with pytest.raises(RetryableStorageError) as raised, translated():
        raise asyncpg.DeadlockDetectedError("first\nsecond")
    assert "\n" not in str(raised.value)


UNUSABLE = {
    "nothing": "",
    "another database": "mysql://secret@x/y",
    "a path": "/tmp",
    "a word": "secret",
    "an unknown sslmode": "postgresql://u:secret@db/failcat?sslmode=bogus",
    "a name of the parser's own as sslmode": "postgresql://u:secret@db/failcat?sslmode=parse",
    "an unknown kind of server": "postgresql://u:secret@db/failcat?target_session_attrs=best",
    "a certificate that is not there": "postgresql://u:secret@db/x?sslmode=verify-ca&sslrootcert=/no/such/file",
    "a parameter without a value": "postgresql://u:secret@db/failcat?sslmode",
    "a password with its own @": "postgresql://u:se@secret@db/failcat",
    "a password with a slash": "postgresql://u:secret/secret@db/failcat",
    "a password of stray bytes": "postgresql://u:secret\udcff@db/failcat",
    "half an IPv6 address": "postgresql://u:secret@[::1/failcat",
    "a port that is no number": "postgresql://u:secret@db:secret/failcat",
    "a port that no socket has": "postgresql://u:secret@db:70000/failcat",
    "a host that no name server knows": f"postgresql://u:secret@{'a' * 64}/failcat",
    "a host with a zero byte": "postgresql://u:secret@d%00b/failcat",
}


@pytest.mark.parametrize("url", UNUSABLE.values(), ids=UNUSABLE)
def test_what_can_never_be_connected_to_is_refused_at_once_and_in_secret(url: str) -> None:
    with pytest.raises(StorageConfigurationError) as raised:
        Store.connect(url, shard=0)
    assert raised.value.option == "FAILCAT_DATABASE_URL"
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://failcat:secret@db:5432/failcat",
        "postgres://db/failcat?sslmode=require&target_session_attrs=any",
        "postgresql://[::1]:5432/failcat",
        "postgresql://one:5432,two:5433/failcat",
        "postgresql:///failcat?host=/run/postgresql",
        "postgresql://bücher.example/failcat?application_name=failcat",
    ],
)
def test_what_may_be_connected_to_later_is_taken(url: str) -> None:
    Store.connect(url, shard=0)


def test_a_bad_variable_of_libpq_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "bogus")
    with pytest.raises(StorageConfigurationError, match="sslmode"):
        Store.connect("postgresql://db/failcat", shard=0)
