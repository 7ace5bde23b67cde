"""A copy of the catalog's package whose rules a test may edit; PYTHONPATH puts it before the installed one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import failcat_catalog

GUIDE = Path(__file__).parents[2] / "docs" / "write-a-rule.md"
RULE = GUIDE.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
"""The rule that the guide adds to a file, as a newcomer would."""
MESSAGE = "Vector index is still building, 40 % done"


class Checkout:
    """`folder` holds the package from then on."""

    def __init__(self, folder: Path) -> None:
        self.package = folder / "failcat_catalog"
        self.environment = {"PYTHONPATH": str(folder)}
        source = Path(failcat_catalog.__file__).parent
        shutil.copytree(source, self.package, ignore=shutil.ignore_patterns("__pycache__"))

    def edit(self) -> None:
        """Adds RULE to the file that the guide names."""
        with (self.package / "entries" / "databases.yaml").open("a") as file:
            file.write(f"\n{RULE}")

    def python(self, *arguments: str, stdin: str = "", **environment: str) -> str:
        """What Python prints on standard output."""
        return subprocess.run(
            [sys.executable, *arguments],
            input=stdin,
            env={**os.environ, **self.environment, **environment},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    def failcat(self, *arguments: str, stdin: str = "") -> str:
        return self.python("-c", "from failcat_sidecar.cli import main; main()", *arguments, stdin=stdin)
