"""The errors of storage: retryable (keep the batch, back off) or permanent; driver errors never leave this package.

An exception's docstring is its default message; `str(error)` is what people read.
"""

from __future__ import annotations


class StorageError(Exception):
    """PostgreSQL could not do this."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


class RetryableStorageError(StorageError):
    """PostgreSQL cannot do this now; try again."""


class StorageConfigurationError(StorageError):
    """Storage cannot start with these settings."""

    # Ends a start with exit code 3 and one line; `option` is named first, as FAILCAT_… or a path.
    def __init__(self, option: str, message: str) -> None:
        super().__init__(f"{option}: {message}")
        self.option = option


class SchemaMissing(RetryableStorageError):
    """The database does not have Failcat's tables: run `failcat migrate`."""


class SchemaConflict(RetryableStorageError):
    """A table refuses rows for something that this release did not make: undo it, or give it a default."""


class UnexplainedRefusal(RetryableStorageError):
    """PostgreSQL refuses rows with an error that may pass, or not."""

    def __init__(self, sqlstate: str, message: str) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class LockTimeout(RetryableStorageError):
    """Someone else has locked the table for too long."""


class RefusedData(StorageError):
    """PostgreSQL will never store this value."""

    # `reason` is from a closed set, because it becomes a metric's label; the message is PostgreSQL's own.
    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class DuplicateRow(SchemaConflict):
    """A row with this key is already stored."""

    # Where a statement skips the keys that are there, only a unique index that is not ours can still say this.


class Undone(StorageError):
    """This transaction is rolled back on purpose."""
