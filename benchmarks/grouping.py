"""How well signatures group messages whose true groups are known, and how fast the command is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "shared" / "data"
COMMAND = (sys.executable, "-m", "failcat_sidecar.cli.signature")


def run() -> Iterator[str]:
    """The scorer's table: mean GA and FGA, share of merged lines, stability, messages/s through the command."""
    data, scorer = DATA / "grouping_tune.jsonl", DATA / "score_grouping.py"
    if not (data.exists() and scorer.exists()):
        yield f"skipped: no {data}"
        return
    scored = subprocess.run(
        [sys.executable, scorer, data, "--json", "-", "--", *COMMAND], capture_output=True, check=True, text=True
    )
    yield from report(json.loads(scored.stdout))


def report(result: Mapping[str, Any]) -> Iterator[str]:
    """The scorer's JSON as lines of a table."""
    yield f"{'system':18}{'GA':>8}{'FGA':>8}{'merged':>8}{'split':>8}"
    for system, figures in [*result["systems"].items(), ("mean", result["mean"])]:
        row = "".join(f"{figures[key]:8.3f}" for key in ("GA", "FGA", "over_merged", "over_split"))
        yield f"{system:18}{row}"
    yield f"stability {result['stable']:.6f}, {result['lines_per_s']:,} messages/s through the command"
