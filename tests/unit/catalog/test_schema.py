"""The JSON Schema of catalog files, as editors use it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from jsonschema import Draft202012Validator

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import SCHEMA_FILE
from failcat_sidecar.cli.catalog import catalog

RULE = {"id": "mine.own", "code": "TIMEOUT", "when": [{"message": ["frobnicator stalled"]}]}


def test_the_schema_is_printed_as_it_ships_and_is_one() -> None:
    printed = CliRunner().invoke(catalog, ["schema"]).stdout
    assert printed == SCHEMA_FILE.read_text(encoding="utf-8")
    Draft202012Validator.check_schema(json.loads(printed))


def test_the_help_says_how_editors_find_it() -> None:
    text = CliRunner().invoke(catalog, ["schema", "--help"]).stdout
    assert "# yaml-language-server: $schema=" in text
    assert '"$schema"' in text


def test_a_file_may_name_its_schema(tmp_path: Path) -> None:
    marked_json, marked_yaml = tmp_path / "a.json", tmp_path / "b.yaml"
    marked_json.write_text(json.dumps({"$schema": "catalog.schema.json", "rules": [RULE]}))
    marked_yaml.write_text("# yaml-language-server: $schema=catalog.schema.json\n" + json.dumps({"rules": [RULE]}))
    plain = Catalog.builtin().with_layer({"rules": [RULE]}, "plain")
    assert Catalog.load([marked_json]).version == Catalog.load([marked_yaml]).version == plain.version
