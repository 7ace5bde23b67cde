"""`failcat catalog explain`: why the catalog says what it says, of a message, an exception or a stored failure."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from failcat_catalog.catalog import Catalog
from failcat_catalog.explain import Explanation
from failcat_catalog.text import printable
from failcat_catalog.types import Match, Observation
from failcat_catalog.vocabulary import MatchType
from failcat_sidecar.cli.classify import load_catalog
from failcat_sidecar.cli.database import find_database
from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.errors import FailcatError

if TYPE_CHECKING:
    from failcat_storage.stored import StoredFailure

MAX_INTEGER_DIGITS = 19

EPILOG = """\b
Examples:
  failcat catalog explain "You exceeded your current quota"
  failcat catalog explain --type openai.RateLimitError -a http.response.status_code=429 "insufficient_quota"
  failcat catalog explain --id 019a7d2e-77b0-7c3e-9a41-5f1f0c6a2b11

With --id today's catalog, under the entries promoted in the database, is asked about the stored failure again, and
`differs` says where its answer is not what the row says. Where two tenants with tokens have reported the same id, the
row of the second has another: --tenant finds it by the id that its agent knows."""


@click.command("explain", epilog=EPILOG, short_help="Say why a failure gets its verdict.")
@click.argument("message", default="")
@click.option("--type", "exception_type", default="", help="The exception's class, with its module when known.")
@click.option("--error-type", default="", help="The error.type attribute.")
@click.option("--code", "error_code", default="", help="An explicit failure.code.")
@click.option("--attribute", "-a", "attributes", multiple=True, metavar="KEY=VALUE", help="A span attribute.")
@click.option("--id", "failure_id", type=click.UUID, help="A stored failure, instead of all of the above.")
@click.option("--tenant", help="With --id: the failure that this tenant knows by the id.")
@with_settings("catalog", "database_url", "data_dir")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def explain(
    *,
    message: str,
    exception_type: str,
    error_type: str,
    error_code: str,
    attributes: Sequence[str],
    failure_id: UUID | None,
    tenant: str | None,
    catalog: tuple[Path, ...],
    database_url: str | None,
    data_dir: Path,
    as_json: bool,
) -> None:
    """Explain a verdict: which rule, what it saw, what competed and why it lost."""
    observation = Observation(
        error_code=error_code,
        error_type=error_type,
        exception_type=exception_type,
        message=message,
        attributes=_parse_attributes(attributes),
    )
    if (observation == Observation()) == (failure_id is None):
        raise click.UsageError("give a message, --type, --error-type, --code or --attribute; or --id alone")
    if tenant and failure_id is None:
        raise click.UsageError("--tenant says whose --id is meant: give both")
    asked = load_catalog(catalog)
    if failure_id is None:
        explanation = asked.explain(observation)
        document, lines = asdict(explanation), list(_explanation_lines(explanation))
    else:
        stored, asked = asyncio.run(_find(find_database(database_url, data_dir), failure_id, tenant, asked))
        document, lines = _explain_stored(stored, asked)
    # ASCII only: a terminal must not obey what a failure's text says.
    click.echo(json.dumps(document, indent=2) if as_json else "\n".join(map(printable, lines)))


async def _find(url: str, failure_id: UUID, tenant: str | None, catalog: Catalog) -> tuple[StoredFailure, Catalog]:
    """The failure, and the catalog under what is promoted. Raises FailcatError when there is no such failure."""
    from failcat_sidecar.cli.promoted import under_promoted
    from failcat_storage.database import Database
    from failcat_storage.stored import find_failure

    async with Database.once(url) as database:
        stored = await find_failure(database, failure_id, tenant)
        if stored is None:
            whose = f" for the tenant {tenant!r}" if tenant else ""
            raise FailcatError(f"no failure with the id {failure_id} is stored{whose}")
        (catalog,) = await under_promoted(database, catalog)
    return stored, catalog


def _explain_stored(stored: StoredFailure, catalog: Catalog) -> tuple[dict[str, object], list[str]]:
    from failcat_sidecar.preview.recall import recalled

    explanation = catalog.explain(recalled(stored))
    before, after = _stored_verdict(stored), _verdict(explanation.match)
    differs = {name: {"stored": before[name], "now": after[name]} for name in after if before[name] != after[name]}
    document = {
        **asdict(explanation),
        "stored": {**before, "catalog_version": stored.catalog_version},
        "catalog_version": catalog.version,
        "differs": differs,
    }
    lines = [
        f"message  {stored.message}",
        f"stored   {_stored_words(stored)}, catalog {stored.catalog_version}",
        *(f"differs  {name}: {was['stored'] or '-'} → {was['now'] or '-'}" for name, was in differs.items()),
        *_explanation_lines(explanation),
    ]
    if stored.match_type == MatchType.EXPLICIT:
        lines.insert(2, "         its agent passed this verdict; no catalog gave it")
    return document, lines


def _stored_verdict(stored: StoredFailure) -> dict[str, str | float | bool]:
    return {
        "code": stored.catalog_entry_id,
        "rule": stored.rule,
        "match_type": stored.match_type,
        "confidence": stored.confidence,
        "retryable": stored.retryable,
        "recovery_mode": stored.recovery_mode,
        "ignored_by": "",
    }


def _verdict(match: Match) -> dict[str, str | float | bool]:
    """In the format of `_stored_verdict`."""
    return {
        "code": match.code,
        "rule": match.rule,
        "match_type": match.match_type.value,
        "confidence": match.confidence,
        "retryable": match.retryable,
        "recovery_mode": match.recovery.mode.value if match.recovery else "",
        "ignored_by": match.ignored_by,
    }


def _stored_words(stored: StoredFailure) -> str:
    if not stored.catalog_entry_id:
        return "unknown"
    return f"{stored.catalog_entry_id} by {stored.rule}, {stored.match_type}, confidence {stored.confidence}"


def _explanation_lines(explanation: Explanation) -> Iterator[str]:
    match = explanation.match
    if match.ignored_by:
        yield f"ignored  by {match.ignored_by}: {explanation.ignored_because}; it would not be stored"
    if match.known:
        yield f"verdict  {match.code} by {match.rule}, {match.match_type}, confidence {match.confidence}"
        yield f"because  {match.matched}"
    else:
        yield "verdict  unknown"
    for seen in explanation.seen:
        yield f"seen     {seen}"
    for competitor in explanation.competitors:
        yield f"lost     {competitor.rule} ({competitor.code}) saw {competitor.matched}: {competitor.reason}"


def _parse_attributes(pairs: Sequence[str]) -> Mapping[str, str | int]:
    attributes: dict[str, str | int] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise click.BadParameter(f"{pair!r} is not KEY=VALUE", param_hint="--attribute")
        attributes[key] = _parse_value(value)
    return attributes


def _parse_value(text: str) -> str | int:
    """OTLP's integers have 64 bits; anything else is a text."""
    digits = text.removeprefix("-")
    is_integer = digits.isascii() and digits.isdecimal() and len(digits) <= MAX_INTEGER_DIGITS
    return int(text) if is_integer else text
