"""`failcat classify`: failures as JSON lines on stdin, verdicts as JSON lines on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogError
from failcat_catalog.observe import observed_code
from failcat_catalog.signature import signature
from failcat_catalog.types import Observation
from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.errors import ConfigurationError

MAX_LINE_BYTES = 1 << 20
TEXT_FIELDS = ("error_code", "error_type", "exception_type", "message")


def load_catalog(paths: tuple[Path, ...]) -> Catalog:
    """The built-in catalog with `paths` laid over it. Raises ConfigurationError."""
    try:
        return Catalog.load(paths)
    except CatalogError as error:
        raise ConfigurationError("FAILCAT_CATALOG", str(error)) from error


@click.command("classify")
@with_settings("catalog")
def classify(catalog: tuple[Path, ...]) -> None:
    """Classify failures: one JSON object a line in, one a line out.

    An invalid line is reported on standard error with its number, and the exit code is 1 at the end.

    \b
    Fields in:   error_type, error_code, exception_type, message, attributes (all optional)
    Fields out:  catalog_entry_id, error_code, category, severity, is_retryable, recovery_mode,
                 match_type, confidence, rule, signature; ignored_by where a rule says that it is no failure

    \b
    Example:
      echo '{"error_type": "openai.RateLimitError", "message": "Rate limit reached"}' | failcat classify
    """
    loaded = load_catalog(catalog)
    failed = False
    for number, line in enumerate(_lines(sys.stdin.buffer), 1):
        if not line.strip():
            continue
        try:
            answer = verdict(loaded, read_observation(line))
        except (ValueError, RecursionError) as error:
            failed = True
            click.echo(json.dumps({"line": number, "error": str(error) or "nested too deeply"}), err=True)
        else:
            click.echo(json.dumps(answer))  # ASCII only: a terminal must not obey what a failure calls itself
    if failed:
        sys.exit(1)


def read_observation(line: bytes) -> Observation:
    """The observation that one line of JSON describes. Raises ValueError."""
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"the line is longer than {MAX_LINE_BYTES} bytes")
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    texts = {name: value.get(name) or "" for name in TEXT_FIELDS}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise ValueError(f"{name} is not a string")
    attributes = value.get("attributes") or {}
    if not isinstance(attributes, dict):
        raise ValueError("attributes is not an object")
    return Observation(**texts, attributes=attributes)


def verdict(catalog: Catalog, observation: Observation) -> dict[str, str | float | bool | None]:
    """The columns of a row for `observation`."""
    match = catalog.match(observation)
    code = observed_code(observation)
    return {
        "catalog_entry_id": match.code or None,
        "error_code": code,
        "category": match.category,
        "severity": match.severity,
        "is_retryable": match.retryable,
        "recovery_mode": match.recovery.mode if match.recovery else None,
        "match_type": match.match_type,
        "confidence": match.confidence,
        "rule": match.rule or None,
        "signature": signature(code, observation.message) if observation.message else None,
        **({"ignored_by": match.ignored_by} if match.ignored_by else {}),
    }


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Lines with their ends. A line that is too long is cut behind its limit."""
    while line := source.readline(MAX_LINE_BYTES + 1):
        yield line
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = source.readline(MAX_LINE_BYTES + 1)
