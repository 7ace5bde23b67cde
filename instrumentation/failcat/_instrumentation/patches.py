"""Attributes of other modules that are replaced while the process is instrumented, and put back afterwards."""

from __future__ import annotations

from collections.abc import Callable


class Patches:
    """Undone in reverse order. What somebody else replaced since is left alone: our part in it goes quiet."""

    def __init__(self) -> None:
        self.is_active = True
        self._undo: list[Callable[[], None]] = []

    def replace(self, owner: object, name: str, make: Callable[[object], object]) -> None:
        """Puts `make(original)` in the place of `owner.name`."""
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
