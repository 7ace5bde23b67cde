"""The table, on standard output."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from tests.support.sidecar import FAILCAT, SidecarProcess

from benchmarks.intake.cases import Case, Request, cases, missing
from benchmarks.intake.scoring import COLUMNS, Row, Score, score

MAX_LOST, MAX_FALSE = 0.02, 0.01


@dataclass(eq=False)
class Sidecar(SidecarProcess):
    """Of any tree."""

    executable: str = FAILCAT

    def command(self) -> list[str]:
        return [self.executable, "serve"]

    def embedded_url(self) -> str:
        command = [self.executable, "database-url", "--data-dir", str(self.data_dir)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks.intake", description="what is recognised as a failure")
    arguments.add_argument("--failcat", default=FAILCAT, help="the command of the tree to score")
    arguments.add_argument("--only", default="", help="part of an instrumentation's name")
    options = arguments.parse_args()
    for line in missing():
        print(line)
    chosen = [case for case in cases() if options.only in case.instrumentation]
    folder = Path(tempfile.mkdtemp(prefix="failcat-intake-"))
    folder.chmod(0o755)  # the embedded PostgreSQL runs as another user when we are root
    try:
        for line in table(asyncio.run(replayed(chosen, folder, options.failcat))):
            print(line)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def replayed(chosen: list[Case], folder: Path, executable: str) -> dict[str, Score]:
    """The scores by instrumentation, of one sidecar that gets every case in turn."""
    scores: dict[str, Score] = {}
    with Sidecar(folder / "data", executable=executable, environment={"FAILCAT_RETENTION_DAYS": "0"}) as sidecar:
        database = await asyncpg.connect(sidecar.embedded_url())
        for case in chosen:
            since = await database.fetchval("SELECT clock_timestamp()")
            answers = [_post(sidecar, request) for request in case.requests]
            while sidecar.metric("failcat_spool_records") > 0:
                await asyncio.sleep(0.02)
            rows: list[Row] = [
                dict(row) for row in await database.fetch("SELECT * FROM failure_matches WHERE created_at >= $1", since)
            ]
            scored = score(case, rows, answers)
            scored.wrong = [f"{case.instrumentation}: {case.what[:70]}: {words}" for words in scored.wrong]
            scores.setdefault(case.instrumentation, Score()).add(scored)
        await database.close()
    return scores


def table(scores: dict[str, Score]) -> Iterator[str]:
    total = Score()
    yield _line("instrumentation", "told", "rows", "lost", "doubled", "false", *COLUMNS)
    for name, scored in scores.items():
        yield _scored_line(name, scored)
        total.add(scored)
    yield _scored_line("all", total)
    yield _share("lost", total.lost, total.told, MAX_LOST)
    yield _share("false", total.false, total.rows, MAX_FALSE)
    yield from (f"  {words}" for words in total.wrong)


def _post(sidecar: SidecarProcess, request: Request) -> str:
    url, headers = sidecar.endpoint + request.path, {"Content-Type": request.content_type}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, request.body, headers), timeout=30) as answer:
            return str(answer.read(), "utf-8", "replace")
    except urllib.error.HTTPError as refused:
        return f"{refused.code} message {str(refused.read(), 'utf-8', 'replace')}"


def _scored_line(name: str, scored: Score) -> str:
    shares = (f"{scored.right[column]}/{scored.checked[column]}" for column in COLUMNS)
    return _line(name, scored.told, scored.rows, scored.lost, scored.doubled, scored.false, *shares)


def _line(name: str, *values: object) -> str:
    return f"{name:<36}" + "".join(f"{value!s:>9}" for value in values)


def _share(name: str, count: int, of: int, most: float) -> str:
    return f"{name:<6} {100 * count / max(1, of):5.1f} % ({count} of {of}, aim <= {most:.0%})"


main()
