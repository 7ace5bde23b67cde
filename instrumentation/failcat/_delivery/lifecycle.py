"""The sender of this process: created on first use and again in a forked child, flushed when the process ends."""

from __future__ import annotations

import atexit
import math
import os
import signal
import threading
import time
from threading import Lock

from failcat import _import_hooks as imports
from failcat._delivery.sender import Sender, import_lock
from failcat._delivery.settings import DeliverySettings, settings_of
from failcat._guard import internal_errors, never_raises

EXIT_FLUSH_SECONDS = 3.0
SIGNAL_FLUSH_SECONDS = 1.0  # whoever sends SIGTERM waits, and often kills after a few seconds


class _Delivery:
    """The current settings and sender, with hooks for fork and exit."""

    def __init__(self) -> None:
        self.settings: DeliverySettings | None = None
        self.sender: Sender | None = None
        self.lock = Lock()
        self.has_hooks = False
        self.timed_out_at = -math.inf  # monotonic seconds

    def configure(self, settings: DeliverySettings) -> None:
        with self.lock:
            self.settings = settings
            self.sender = Sender(settings) if settings.url else None
            if not self.has_hooks:
                self.has_hooks = True
                self._add_hooks()

    def _add_hooks(self) -> None:
        atexit.register(flush_at_end)
        _flush_at_sigterm()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=import_lock.acquire, after_in_parent=import_lock.release, after_in_child=self._after_fork
            )
        imports.when_imported("multiprocessing.util", _flush_at_end_of_children)

    def _after_fork(self) -> None:
        """Creates a new sender: the parent sends what was queued, and its worker thread does not exist in the child."""
        import_lock.release()
        self.lock = Lock()
        if self.settings and self.sender:
            self.sender = Sender(self.settings)


_delivery = _Delivery()


def sender() -> Sender | None:
    """None with FAILCAT_ENDPOINT=off: the agent's own exporters send everything."""
    if _delivery.settings is None:
        configure(settings_of())
    return _delivery.sender


def configure(settings: DeliverySettings) -> None:
    """Sends failures to the endpoint of `settings` from now on, after flushing the queue to the previous one."""
    if settings != _delivery.settings:
        flush()
        _delivery.configure(settings)


def flush(timeout_seconds: float = EXIT_FLUSH_SECONDS) -> bool:
    """Waits at most `timeout_seconds` until the sidecar has every failure reported so far and the counts of dropped
    ones. Returns False if failures are still queued."""
    return _delivery.sender.flush(timeout_seconds) if _delivery.sender else True


def flush_at_end() -> None:
    """Flushes before the process ends. The tracer provider's shutdown and atexit both call it; after a timeout the
    second call does not wait again."""
    if time.monotonic() - _delivery.timed_out_at <= 1.0 or _delivery.sender is None:
        return
    if not flush():
        _delivery.timed_out_at = time.monotonic()
        _delivery.sender.warn(f"no answer before the process ended, {_delivery.sender.pending} were not delivered")
    _delivery.sender.warn_of_losses(at_end=True)


def _flush_at_sigterm() -> None:
    """Has failures delivered before SIGTERM ends the process, unless the program handles it: then atexit follows. Only
    the main thread can register a handler."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _end_by_signal)


def _end_by_signal(number: int, _: object) -> None:
    """Ends the process as the default handler does."""
    never_raises(None)(flush)(SIGNAL_FLUSH_SECONDS)
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def dropped() -> int:
    """Number of failing spans and recovery outcomes of this process that were dropped: the queue was full, the sidecar
    refused them, or an error of Failcat prevented their report. Does not count spans that are still queued when the
    process ends, which are lost too."""
    return internal_errors.lost + (_delivery.sender.dropped if _delivery.sender else 0)


def _flush_at_end_of_children(module: object) -> None:
    """Children of multiprocessing skip atexit but run finalizers, which multiprocessing clears when a child starts. So
    each child registers its own."""
    from multiprocessing import util  # noqa: PLC0415 - loaded only in programs that import it

    def register(_: object = None) -> None:
        util.Finalize(None, flush_at_end, exitpriority=100)

    util.register_after_fork(_delivery, register)
    register()  # in a child of a fork server, which is past that
