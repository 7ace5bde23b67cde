"""Build hook of hatchling: wheel and sdist carry the compiled catalog, which is never committed."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACES = {"wheel": "failcat_catalog/catalog.json", "sdist": "catalog/failcat_catalog/catalog.json"}


class CatalogBuildHook(BuildHookInterface[Any]):
    """Compiles catalog/failcat_catalog/entries/*.yaml; fails the build where one of them cannot be used."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # a checkout compiles what it needs when it needs it
            return
        sys.path.insert(0, str(Path(self.root, "catalog")))
        from failcat_catalog.builtin import compiled_text, load_compiled  # noqa: PLC0415 - known now

        self._folder = TemporaryDirectory()
        compiled = Path(self._folder.name, "catalog.json")
        compiled.write_text(compiled_text(load_compiled()), encoding="utf-8")
        build_data["force_include"][str(compiled)] = PLACES[self.target_name]

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()
