"""Replaces attributes of other modules while the process is instrumented, and restores them afterwards."""

from __future__ import annotations

from collections.abc import Callable


class Patches:
    """Restores in reverse order. An attribute that other code replaced since is not restored; `is_active` then disables
    the replacement."""

    def __init__(self) -> None:
        self.is_active = True
        self._undo: list[Callable[[], None]] = []

    def replace(self, owner: object, name: str, make: Callable[[object], object]) -> None:
        """Replaces `owner.name` with `make(original)`."""
        original = getattr(owner, name)
        replacement = make(original)
        setattr(owner, name, replacement)

        def undo() -> None:
            if getattr(owner, name) is replacement:
                setattr(owner, name, original)

        self._undo.append(undo)

    def undo(self) -> None:
        self.is_active = False
        while self._undo:
            self._undo.pop()()
