"""Runs a hook after a module is imported, so that frameworks are patched without importing them.

Does not use wrapt's import hooks: importing wrapt takes 40 of the 50 ms that may be added to an agent's start. Nor does
it subclass importlib.abc, which takes 5 ms.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, cast

from failcat._guard import log_internal_error

if TYPE_CHECKING:
    from importlib.abc import Loader

Hook = Callable[[ModuleType], None]


def when_imported(name: str, hook: Hook) -> None:
    """Calls `hook` with the module after its execution, at once if it is loaded. Errors of the hook are logged."""
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
        log_internal_error(f"patching {module.__name__}")


class _Finder:
    """Delegates to the other finders and wraps their loader."""

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
    """Executes a module with its own loader, then calls the hooks."""

    def __init__(self, loader: Loader, hooks: list[Hook]) -> None:
        self._loader = loader
        self._hooks = hooks

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader  # importlib.resources uses it
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        for hook in self._hooks:
            _call(hook, module)


_finder = _Finder()
