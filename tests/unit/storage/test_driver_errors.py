"""Every error of the driver is one of ours: retryable, refused, or the configuration."""

from __future__ import annotations

import asyncpg
import pytest

from failcat_storage.database import check_url, translated
from failcat_storage.errors import (
    DuplicateRow,
    LockTimeout,
    RefusedData,
    RetryableStorageError,
    SchemaMissing,
    StorageConfigurationError,
    StorageError,
)

TABLE: list[tuple[Exception, type[StorageError]]] = [
    (asyncpg.ReadOnlySQLTransactionError("x"), RetryableStorageError),  # 25006
    (asyncpg.TooManyConnectionsError("x"), RetryableStorageError),  # 53300
    (asyncpg.DiskFullError("x"), RetryableStorageError),  # 53100
    (asyncpg.AdminShutdownError("x"), RetryableStorageError),  # 57P01
    (asyncpg.CrashShutdownError("x"), RetryableStorageError),  # 57P02
    (asyncpg.CannotConnectNowError("x"), RetryableStorageError),  # 57P03
    (asyncpg.SerializationError("x"), RetryableStorageError),  # 40001
    (asyncpg.DeadlockDetectedError("x"), RetryableStorageError),  # 40P01
    (asyncpg.QueryCanceledError("x"), RetryableStorageError),  # 57014
    (asyncpg.InvalidPasswordError("x"), RetryableStorageError),  # 28P01
    (asyncpg.InternalServerError("x"), RetryableStorageError),  # XX000
    (asyncpg.CheckViolationError("a partition was attached"), RetryableStorageError),  # 23514
    (asyncpg.LockNotAvailableError("x"), LockTimeout),  # 55P03
    (asyncpg.UndefinedTableError("x"), SchemaMissing),  # 42P01
    (asyncpg.UndefinedColumnError("x"), SchemaMissing),  # 42703
    (asyncpg.UniqueViolationError("x"), DuplicateRow),  # 23505
    (asyncpg.CharacterNotInRepertoireError("x"), RefusedData),  # 22021
    (asyncpg.UntranslatableCharacterError("x"), RefusedData),  # 22P05
    (asyncpg.NotNullViolationError("x"), RefusedData),  # 23502
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


@pytest.mark.parametrize("url", ["", "mysql://secret@x/y", "/tmp", "secret"])
def test_what_is_no_postgresql_url_is_a_configuration_error(url: str) -> None:
    with pytest.raises(StorageConfigurationError) as raised:
        check_url(url)
    assert raised.value.option == "FAILCAT_DATABASE_URL"
    assert "secret" not in str(raised.value)
