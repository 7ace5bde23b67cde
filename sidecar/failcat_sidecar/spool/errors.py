"""Why the spool refuses: always retryable, because nothing was acknowledged."""

from __future__ import annotations

from failcat_sidecar.errors import ConfigurationError, RetryableError

FULL_RETRY_AFTER_SECONDS = 5


class SpoolFull(RetryableError):
    """The spool is full: its quota or the disk's free-space reserve is reached."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message, retry_after_seconds=FULL_RETRY_AFTER_SECONDS)


class SpoolBusy(RetryableError):
    """The spool's disk is slower than what arrives."""


class SpoolDiskFailed(RetryableError):
    """The spool's disk reported an error; nothing was acknowledged."""


class SpoolClosed(RetryableError):
    """The sidecar is shutting down."""


class DataFolderError(ConfigurationError):
    """The data folder cannot be used as it is."""

    def __init__(self, message: str) -> None:
        super().__init__("FAILCAT_DATA_DIR", message)
