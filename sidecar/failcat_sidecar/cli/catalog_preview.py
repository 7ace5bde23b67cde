"""`failcat catalog preview`: what a changed catalog would say of the failures that are stored."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogError
from failcat_catalog.text import printable
from failcat_sidecar.cli.classify import load_catalog
from failcat_sidecar.cli.database import find_database
from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.errors import ConfigurationError

if TYPE_CHECKING:
    from failcat_sidecar.preview.compare import Comparison, Guidance, VerdictChange

PROGRESS_SECONDS = 2.0

EPILOG = """\b
Examples:
  failcat catalog preview my-catalog.yaml
  failcat catalog preview /etc/failcat/catalog new-rules.yaml --days 30
  failcat catalog preview my-catalog.yaml --json | jq '.changes[] | select(.kind == "lost")'

\b
Compared are
  current   the built-in catalog under FAILCAT_CATALOG
  changed   the built-in catalog under PATHS
each under the entries that are promoted in the database, as a sidecar has them. Nothing is stored."""


@click.command("preview", epilog=EPILOG, short_help="Ask a changed catalog about stored failures.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_settings("catalog", "database_url", "data_dir")
@click.option("--days", type=click.IntRange(1, 36_500), default=7, show_default=True, help="Failures of the last days.")
@click.option(
    "--limit", type=click.IntRange(1), default=100_000, show_default=True, help="At most so many, the newest."
)
@click.option("--examples", type=click.IntRange(0, 100), default=3, show_default=True, help="Of each change.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def preview(
    *,
    paths: tuple[Path, ...],
    catalog: tuple[Path, ...],
    database_url: str | None,
    data_dir: Path,
    days: int,
    limit: int,
    examples: int,
    as_json: bool,
) -> None:
    """Ask a changed catalog about the failures that are stored: what would be newly matched, lost, taken from another
    entry, advised otherwise, or ignored?"""
    catalogs = load_catalog(catalog), _changed(paths)
    url = find_database(database_url, data_dir)
    since = datetime.now(UTC) - timedelta(days=days)
    comparison = asyncio.run(_compare(url, catalogs, since, limit, examples=examples))
    if as_json:
        click.echo(json.dumps(_document(comparison, since, limit), indent=2))
    else:
        click.echo("\n".join(_lines(comparison, since, limit)))


def _changed(paths: tuple[Path, ...]) -> Catalog:
    try:
        return Catalog.load(paths)
    except CatalogError as error:
        raise ConfigurationError("PATHS", str(error)) from error


async def _compare(
    url: str, catalogs: tuple[Catalog, Catalog], since: datetime, limit: int, *, examples: int
) -> Comparison:
    from failcat_sidecar.cli.promoted import under_promoted
    from failcat_sidecar.preview.compare import Comparison
    from failcat_storage.database import Database
    from failcat_storage.stored import stored_failures

    async with Database.once(url) as database:
        current, changed = await under_promoted(database, *catalogs)
        comparison = Comparison(current, changed, examples)
        progress = _Progress(comparison)
        async with aclosing(stored_failures(database, since, limit)) as batches:
            async for batch in batches:
                for stored in batch:
                    comparison.add(stored)
                progress.show()
    return comparison


class _Progress:
    """A line on standard error every two seconds."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._started = self._shown = time.monotonic()

    def show(self) -> None:
        now = time.monotonic()
        if now - self._shown < PROGRESS_SECONDS:
            return
        self._shown = now
        rate = self._comparison.read / (now - self._started)
        click.echo(f"{self._comparison.read:,} failures compared, {rate:,.0f} a second", err=True)


def _lines(comparison: Comparison, since: datetime, limit: int) -> Iterator[str]:
    yield f"{comparison.read:,} failures since {since:%Y-%m-%d %H:%M} UTC, the newest first"
    if comparison.read == limit:
        yield f"there may be more: --limit {limit} was reached"
    yield f"catalog {comparison.current.version} → {comparison.changed.version}"
    for kind, changes in groupby(comparison.changes, key=lambda change: change.kind):
        of_kind = list(changes)
        yield ""
        yield f"{kind}: {sum(change.count for change in of_kind):,}"
        for change in of_kind:
            yield from _change_lines(change)
    yield ""
    yield f"unchanged: {comparison.unchanged:,}"
    if comparison.explicit:
        yield f"not asked, because their agents passed the verdict: {comparison.explicit:,}"


def _change_lines(change: VerdictChange) -> Iterator[str]:
    yield f"  {change.count:>9,}  {_words(change.before)} → {_words(change.after)}"
    for example in change.examples:
        rules = " → ".join(rule or "no rule" for rule in (example.rule_before, example.rule_after))
        yield f"             {example.id}  {rules}  {printable(example.message)}"


def _words(verdict: Guidance) -> str:
    if verdict.ignored_by:
        return f"ignored by {verdict.ignored_by}"
    if not verdict.code:
        return "unknown"
    return f"{verdict.code} ({'retry' if verdict.retryable else 'no retry'}, {verdict.mode})"


def _document(comparison: Comparison, since: datetime, limit: int) -> dict[str, object]:
    return {
        "since": since.isoformat(),
        "current_version": comparison.current.version,
        "changed_version": comparison.changed.version,
        "failures": comparison.read,
        "limit_reached": comparison.read == limit,
        "unchanged": comparison.unchanged,
        "explicit": comparison.explicit,
        "changes": [_change_document(change) for change in comparison.changes],
    }


def _change_document(change: VerdictChange) -> dict[str, object]:
    return {
        "kind": change.kind,
        "count": change.count,
        "before": change.before._asdict(),
        "after": change.after._asdict(),
        "examples": [
            {
                "id": str(example.id),
                "message": example.message,
                "rule_before": example.rule_before,
                "rule_after": example.rule_after,
            }
            for example in change.examples
        ],
    }
