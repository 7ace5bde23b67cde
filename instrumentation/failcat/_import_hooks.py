"""Runs a hook when a module is imported, at once if it was: frameworks are patched without importing them.

wrapt has such hooks too, but importing it takes 40 ms of the 50 that an agent's start may lose; so the classes of
importlib.abc, another 5 ms, are only imitated.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, cast

from failcat._guard import swallow

if TYPE_CHECKING:
    from importlib.abc import Loader

Hook = Callable[[ModuleType], None]


def when_imported(name: str, hook: Hook) -> None:
    """`hook` gets the module once it is executed. What it raises is logged."""
    module = sys.modules.get(name)
    if module is not None:
        _call(hook, module)
        return
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    _finder.hooks.setdefault(name, []).append(hook)


def _call(hook: Hook, module: ModuleType) -> None:
    try:
        hook(module)
    except Exception:
        swallow(f"patching {module.__name__}")


class _Finder:
    """Finds what the others find, with a loader that calls the hooks."""

    def __init__(self) -> None:
        self.hooks: dict[str, list[Hook]] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self.hooks:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader = cast("Loader", _Loader(spec.loader, self.hooks.pop(fullname, [])))
        return spec


class _Loader:
    """Executes a module as its own loader does, then calls the hooks."""

    def __init__(self, loader: Loader, hooks: list[Hook]) -> None:
        self._loader = loader
        self._hooks = hooks

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader  # resources are found through it
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        for hook in self._hooks:
            _call(hook, module)


_finder = _Finder()
