"""python -m tests.house [ROOT]: prints what it finds, one a line, and exits with 1 if that is anything."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.house.names import findings

root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2]
found = findings(root)
sys.stdout.writelines(f"{finding}\n" for finding in found)
sys.exit(bool(found))
