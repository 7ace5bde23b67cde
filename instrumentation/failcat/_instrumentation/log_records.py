"""Sets run and step on every OpenTelemetry log record that is emitted inside a run, for whatever exporters the process
has. An attribute that the program set itself stays.

The SDK's two dispatchers are patched rather than providers joined: that reaches providers made before and later, and
runs ahead of processors that export at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from failcat._guard import never_raises
from failcat._import_hooks import when_imported
from failcat._instrumentation.patches import Patches
from failcat._scope import current

_DISPATCHERS = ("SynchronousMultiLogRecordProcessor", "ConcurrentMultiLogRecordProcessor")


def carry_into_log_records(patches: Patches) -> None:
    """Patches the SDK's log dispatchers when they are imported."""

    def patch(module: ModuleType) -> None:
        for name in _DISPATCHERS:
            dispatcher = getattr(module, name, None)
            method = "on_emit" if hasattr(dispatcher, "on_emit") else "emit"  # its name before 1.35
            if patches.is_active and hasattr(dispatcher, method):
                patches.replace(dispatcher, method, _on_emit)  # type: ignore[arg-type]  # of any signature

    when_imported("opentelemetry.sdk._logs._internal", patch)


def _on_emit(inner: Callable[..., None]) -> Callable[..., None]:
    @wraps(inner)
    def on_emit(dispatcher: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        if current.get() is not None:
            _set_attributes(data)
        inner(dispatcher, data, *args, **kwargs)

    return on_emit


@never_raises(None)
def _set_attributes(data: Any) -> None:
    scope, record = current.get(), data.log_record
    if scope is None:
        return
    if record.attributes is None:
        record.attributes = {}
    for key, value in scope.attributes.items():
        if key not in record.attributes:
            record.attributes[key] = value
