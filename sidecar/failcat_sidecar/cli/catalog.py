"""`failcat catalog`: shows, checks and explains the catalog of known failures."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from failcat_catalog.builtin import builtin_files
from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import (
    SCHEMA_FILE,
    CatalogError,
    catalog_files,
    merge_documents,
    read_document,
)
from failcat_catalog.examples import count, failed_examples
from failcat_catalog.lint import Layer, Level, lint
from failcat_catalog.rules import Rule
from failcat_catalog.types import Entry
from failcat_catalog.vocabulary import Category
from failcat_sidecar.cli.catalog_explain import explain
from failcat_sidecar.cli.catalog_preview import preview
from failcat_sidecar.cli.classify import load_catalog
from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.errors import ConfigurationError

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.group("catalog")
def catalog() -> None:
    """Show the catalog of known failures and check it.

    \b
    Examples:
      failcat catalog list --category RESOURCE
      failcat catalog show RATE_LIMITED
      failcat catalog explain "Rate limit reached for gpt-4o"
      failcat catalog lint my-catalog.yaml
      failcat catalog preview my-catalog.yaml
    """


catalog.add_command(explain)
catalog.add_command(preview)


@catalog.command("list")
@with_settings("catalog")
@click.option("--category", type=click.Choice([category.value for category in Category], case_sensitive=False))
@json_option
def list_entries(catalog: tuple[Path, ...], category: str | None, as_json: bool) -> None:
    """List the codes and what they mean.

    \b
    Examples:
      failcat catalog list
      failcat catalog list --category TRANSIENT --json
    """
    entries = [
        entry
        for entry in load_catalog(catalog).entries.values()
        if category is None or entry.category == category.upper()
    ]
    if as_json:
        _print_json([asdict(entry) for entry in entries])
        return
    for entry in entries:
        advice = f"{'retry' if entry.retryable else '-':<5} {entry.recovery.mode:<20}"
        click.echo(f"{entry.code:<28} {entry.category:<14} {entry.severity:<8} {advice} {entry.message}")


@catalog.command("show")
@click.argument("name")
@with_settings("catalog")
@json_option
def show(name: str, catalog: tuple[Path, ...], as_json: bool) -> None:
    """Show a code with its rules, one rule, or one that ignores.

    \b
    Examples:
      failcat catalog show QUOTA_EXHAUSTED
      failcat catalog show openai.rate_limit --json
    """
    loaded = load_catalog(catalog)
    if ignoring := loaded.ignore.get(name.lower()):
        _show_ignoring(ignoring, as_json=as_json)
        return
    entry = loaded.entries.get(name.upper())
    rule = loaded.rules.get(name.lower())
    if entry is None and rule is None:
        raise click.UsageError(f"no code and no rule is called {name!r}; see failcat catalog list")
    rules = [rule] if rule else [rule for rule in loaded.rules.values() if rule.entry is entry]
    entry = entry or rules[0].entry
    if as_json:
        _print_json({"entry": asdict(entry), "rules": [_rule_summary(rule) for rule in rules]})
    else:
        click.echo("\n".join([*_entry_lines(entry), "", *map(_rule_line, rules)]))


@catalog.command("schema", short_help="Print the JSON Schema of catalog files.")
def schema() -> None:
    """Print the JSON Schema of catalog files, for editors that complete and check while you type.

    \b
    Examples:
      failcat catalog schema > catalog.schema.json
      then, in the first line of a YAML file: # yaml-language-server: $schema=catalog.schema.json
      or, in a JSON file:                     "$schema": "catalog.schema.json"
    """
    click.echo(SCHEMA_FILE.read_text(encoding="utf-8"), nl=False)


@catalog.command("test", short_help="Answer all examples and counter-examples.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@json_option
def test(files: tuple[Path, ...], as_json: bool) -> None:
    """Answer every example and counter-example of the built-in catalog and FILES; exit code 1 when one is wrong.

    \b
    Examples:
      failcat catalog test
      failcat catalog test my-catalog.yaml
    """
    layers, loaded = _layers(files)
    wrong = [answer for layer in layers for answer in failed_examples(layer.document, loaded)]
    total = sum(count(layer.document) for layer in layers)
    if as_json:
        _print_json({"examples": total, "wrong": [asdict(answer) for answer in wrong]})
    else:
        click.echo("\n".join([*map(str, wrong), f"{total} examples, {len(wrong)} wrong"]))
    sys.exit(1 if wrong else 0)


@catalog.command("lint", short_help="Check the built-in catalog, or your files.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@json_option
def lint_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Check the built-in catalog, or FILES with what they do to it; exit code 1 when there is an error, 3 when a file
    cannot be used at all.

    \b
    Examples:
      failcat catalog lint
      failcat catalog lint /etc/failcat/catalog --json
    """
    layers, loaded = _layers(files)
    findings = lint(layers, loaded)
    errors = sum(finding.level is Level.ERROR for finding in findings)
    if as_json:
        _print_json([asdict(finding) for finding in findings])
    else:
        known = f"{len(loaded.entries)} codes, {len(loaded.rules)} rules"
        known += f", {len(loaded.ignore)} that ignore" if loaded.ignore else ""
        click.echo("\n".join([*map(str, findings), f"{known}, {errors} errors, {len(findings) - errors} warnings"]))
    sys.exit(1 if errors else 0)


def _layers(files: Sequence[Path]) -> tuple[list[Layer], Catalog]:
    """The built-in YAML files and `files`, and the catalog that they make. Raises ConfigurationError."""
    try:
        layers = [Layer(path.name, read_document(path), builtin=True) for path in builtin_files()]
        layers += [Layer(str(path), read_document(path)) for path in catalog_files(files)]
        merged = merge_documents([layer.document for layer in layers])
        return layers, Catalog.from_document(merged, "catalog")
    except CatalogError as error:
        raise ConfigurationError("catalog", str(error)) from error


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _show_ignoring(rule: Rule, *, as_json: bool) -> None:
    shown = {"id": rule.id, "source": rule.source, "when": rule.when, "unless": rule.unless}
    if as_json:
        _print_json({"ignore": shown})
    else:
        click.echo(f"{rule.id}: what it recognises is no failure, and is not stored\n{_rule_line(rule)}")


def _rule_summary(rule: Rule) -> dict[str, object]:
    return {**asdict(rule), "entry": rule.entry.code}


def _rule_line(rule: Rule) -> str:
    return f"  {rule.id:<44} {rule.source}"


def _entry_lines(entry: Entry) -> list[str]:
    recovery = entry.recovery
    wait = f", {recovery.max_attempts} retries from {recovery.base_delay_ms} ms" if recovery.max_attempts else ""
    return [
        f"{entry.code}: {entry.message}",
        f"  {entry.category}, {entry.severity}, {'retryable' if entry.retryable else 'not retryable'}",
        f"  {recovery.mode}{wait} ({recovery.action})",
        *(f"  - {suggestion}" for suggestion in entry.suggestions),
    ]
