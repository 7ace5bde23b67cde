"""Every error that crosses a stage, in two families: retryable (the client or the sidecar tries again) and permanent.

An exception's docstring is its default message; `str(error)` is what people and clients read.
"""

from __future__ import annotations

FULL_RETRY_AFTER_SECONDS = 5


class FailcatError(Exception):
    """Something went wrong in Failcat."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


class ConfigurationError(FailcatError):
    """The sidecar cannot start with these settings."""

    # Ends the start with exit code 3 and one line; `option` is named first, as FAILCAT_… or a path.
    def __init__(self, option: str, message: str) -> None:
        super().__init__(f"{option}: {message}")
        self.option = option


class DataFolderError(ConfigurationError):
    """The data folder cannot be used as it is."""

    def __init__(self, message: str) -> None:
        super().__init__("FAILCAT_DATA_DIR", message)


class RetryableError(FailcatError):
    """The sidecar cannot accept this now; send it again."""

    def __init__(self, message: str = "", *, retry_after_seconds: int = 1) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class SpoolFull(RetryableError):
    """The spool is full: its quota or the disk's free-space reserve is reached."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message, retry_after_seconds=FULL_RETRY_AFTER_SECONDS)


class SpoolBusy(RetryableError):
    """Requests arrive faster than the spool's disk stores them."""


class SpoolDiskFailed(RetryableError):
    """The spool's disk reported an error; nothing was acknowledged."""


class SpoolClosed(RetryableError):
    """The sidecar is shutting down."""


class PermanentError(FailcatError):
    """The sidecar cannot accept this, however often it is sent."""


class InvalidPayload(PermanentError):
    """The request body is not valid OTLP."""


class UnsupportedContent(PermanentError):
    """The content type or content encoding is not supported."""


class PayloadTooLarge(PermanentError):
    """The request is larger than FAILCAT_MAX_REQUEST_BYTES."""


class Unauthenticated(PermanentError):
    """A valid bearer token is required."""


class Forbidden(PermanentError):
    """The token does not allow this."""
