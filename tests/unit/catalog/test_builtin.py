"""The compiled form of the built-in catalog: when it is made, where it is kept, and what an edited file changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.support.checkout import MESSAGE, Checkout

CODE, RULE_ID = "SERVICE_UNAVAILABLE", "databases.vector_index_building"
ASK = f"""
import sys
sys.modules.update(dict.fromkeys(sys.argv[1:]))  # as if they were not installed
from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogError
from failcat_catalog.types import Observation
try:
    print(Catalog.builtin().match(Observation(message={MESSAGE!r})).code or "unknown")
except CatalogError as error:
    print(error)
print(bool(sys.modules.get("yaml")))
"""
PACK = """
from failcat_catalog.builtin import COMPILED_FILE, compile_builtin, compiled_text
COMPILED_FILE.write_text(compiled_text(compile_builtin()))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def ask(checkout: Checkout, *missing: str, **environment: str) -> list[str]:
    """The verdict on MESSAGE, and whether a YAML parser was needed for it."""
    return checkout.python("-c", ASK, *missing, **environment).splitlines()


def test_the_rule_of_the_guide_is_what_every_command_sees_at_once(checkout: Checkout) -> None:
    failure = json.dumps({"message": MESSAGE})
    assert json.loads(checkout.failcat("classify", stdin=failure))["rule"] is None
    checkout.edit()
    assert json.loads(checkout.failcat("classify", stdin=failure))["rule"] == RULE_ID
    assert RULE_ID in checkout.failcat("catalog", "explain", MESSAGE)
    assert RULE_ID in checkout.failcat("catalog", "show", CODE)
    assert checkout.failcat("catalog", "lint").endswith(" rules, 0 errors, 0 warnings\n")
    assert ", 0 wrong" in checkout.failcat("catalog", "test")


def test_files_are_compiled_once_and_again_when_one_has_changed(checkout: Checkout) -> None:
    assert [ask(checkout), ask(checkout)] == [["unknown", "True"], ["unknown", "False"]]
    (first,) = checkout.package.glob("__pycache__/catalog-*")
    first.write_text("{")  # a damaged cache is no cache
    assert ask(checkout) == ["unknown", "True"]
    checkout.edit()
    assert [ask(checkout), ask(checkout)] == [[CODE, "True"], [CODE, "False"]]
    (second,) = checkout.package.glob("__pycache__/catalog-*")
    assert first.name != second.name


def test_a_change_of_the_compiler_compiles_anew(checkout: Checkout) -> None:
    ask(checkout)
    with (checkout.package / "matcher" / "literals.py").open("a") as file:
        file.write("# changed\n")
    assert ask(checkout) == ["unknown", "True"]


def test_a_cache_that_cannot_be_written_is_done_without(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nowhere = str(tmp_path / "file" / "cache")
    assert [ask(checkout, PYTHONPYCACHEPREFIX=nowhere) for _ in range(2)] == [["unknown", "True"]] * 2


def test_a_packaged_catalog_needs_no_parser_until_a_file_changes(checkout: Checkout) -> None:
    assert ask(checkout, "yaml") == [
        f"{checkout.package / 'entries'}: the catalog's YAML files must be compiled, and yaml is not installed",
        "False",
    ]
    checkout.python("-c", PACK)
    assert ask(checkout, "yaml", "jsonschema") == ["unknown", "False"]
    checkout.edit()
    assert ask(checkout) == [CODE, "True"]
    checkout.python("-c", PACK)
    shutil.rmtree(checkout.package / "entries")
    assert ask(checkout, "yaml", "jsonschema") == [CODE, "False"]
    (checkout.package / "catalog.json").unlink()
    assert ask(checkout)[0] == f"{checkout.package / 'entries'}: no YAML files"


def test_a_broken_file_is_named(checkout: Checkout) -> None:
    (checkout.package / "entries" / "python.yaml").write_text("rules: [")
    assert ask(checkout)[0].startswith(f"{checkout.package / 'entries' / 'python.yaml'}: not YAML")
