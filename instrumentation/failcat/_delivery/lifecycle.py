"""The process's one way to the sidecar: made when it is first needed, made anew in a forked child."""

from __future__ import annotations

import atexit
import math
import os
import time
from threading import Lock

from failcat import _import_hooks as imports
from failcat._delivery.sender import Sender, importing
from failcat._delivery.settings import Settings, settings_of

EXIT_FLUSH_SECONDS = 3.0


class _Delivery:
    """Made of settings, with hooks for fork and exit."""

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self.sender: Sender | None = None
        self.lock = Lock()
        self.has_hooks = False
        self.gave_up_at = -math.inf  # monotonic seconds

    def configure(self, settings: Settings) -> None:
        with self.lock:
            self.settings = settings
            self.sender = Sender(settings) if settings.url else None
            if not self.has_hooks:
                self.has_hooks = True
                self._add_hooks()

    def _add_hooks(self) -> None:
        atexit.register(flush_at_end)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=importing.acquire, after_in_parent=importing.release, after_in_child=self._after_fork
            )
        imports.when_imported("multiprocessing.util", _flush_at_end_of_children)

    def _after_fork(self) -> None:
        """What waited is the parent's to send; its worker thread does not exist here."""
        importing.release()
        self.lock = Lock()
        if self.settings and self.sender:
            self.sender = Sender(self.settings)


_delivery = _Delivery()


def sender() -> Sender | None:
    """None when the agent's own exporters carry everything."""
    if _delivery.settings is None:
        configure(settings_of())
    return _delivery.sender


def configure(settings: Settings) -> None:
    """From now on failures go where `settings` say; what waits for the old place is sent there before."""
    if settings != _delivery.settings:
        flush()
        _delivery.configure(settings)


def flush(timeout_seconds: float = EXIT_FLUSH_SECONDS) -> bool:
    """Waits until everything reported so far has reached the sidecar, and so has the number of what was dropped; False
    if something still waits."""
    return _delivery.sender.flush(timeout_seconds) if _delivery.sender else True


def flush_at_end() -> None:
    """For what ends a process: the tracer provider's shutdown, then atexit. Waiting in vain once is enough."""
    if time.monotonic() - _delivery.gave_up_at <= 1.0 or _delivery.sender is None:
        return
    if not flush():
        _delivery.gave_up_at = time.monotonic()
        _delivery.sender.warn(f"no answer before the process ended, {_delivery.sender.pending} were not delivered")
    _delivery.sender.warn_of_losses(at_end=True)


def dropped() -> int:
    """Failing spans and recovery outcomes of this process that will not be delivered: the queue was full, or the
    sidecar refused them. What still waits when the process ends is lost too, but not counted here."""
    return _delivery.sender.dropped if _delivery.sender else 0


def _flush_at_end_of_children(module: object) -> None:
    """Children of multiprocessing end without running atexit, but they run finalizers, which are cleared at their
    start: so each registers its own."""
    from multiprocessing import util  # noqa: PLC0415 - only in programs that import it

    util.register_after_fork(_delivery, lambda _: util.Finalize(None, flush_at_end, exitpriority=100))
