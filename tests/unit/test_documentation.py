"""The documentation names what exists: commands, settings, metrics, tests, complaints, links."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click
import pytest

import failcat as agent
from failcat_sidecar.cli.main import failcat
from failcat_sidecar.cli.reference import render
from failcat_sidecar.settings import TEST_VARIABLES, AgentSettings, options

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("[!.]*/*.md")})
REFERENCE = (DOCS / "reference.md").read_text()
SOURCES = [file for folder in ("core", "sidecar", "storage") for file in (ROOT / folder).rglob("*.py")]
METRIC = r"\b(?:failcat|failure|recovery)_[a-z_]+_(?:total|seconds|bytes|records|segments|failed)\b"

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """As GitHub makes them from headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def command_lines(page: Path) -> Iterator[list[str]]:
    """The arguments of each `failcat` in the page's shell blocks."""
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", text_of(page), re.MULTILINE | re.DOTALL):
        uncommented = re.sub(r"(^|\s)#.*$", "", block, flags=re.MULTILINE).replace("\\\n", " ")
        lexer = shlex.shlex(uncommented, posix=True, punctuation_chars="();<>|&\n")
        lexer.whitespace, lexer.whitespace_split = " \t", True
        for is_command, words in groupby(lexer, lambda word: word[0] not in "();<>|&\n"):
            called = list(words)
            if is_command and Path(called[0]).name == "failcat":
                yield called[1:]


def strings() -> list[str]:
    """All texts in the sources, those of f-strings in pieces; docstrings too, since some errors are told in theirs."""
    nodes = [node for file in SOURCES for node in ast.walk(ast.parse(text_of(file)))]
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def counters() -> dict[str, list[str]]:
    """The labels of each counter, as metrics.py declares it."""
    tree = ast.parse(text_of(ROOT / "sidecar/failcat_sidecar/metrics.py"))
    labels = {
        target.id: [str(ast.literal_eval(each)) for each in node.value.elts]
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
        for target in node.targets
        if isinstance(target, ast.Name) and all(isinstance(each, ast.Constant) for each in node.value.elts)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = {}
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "_counter":
            name, _, *rest = call.args
            found[str(ast.literal_eval(name))] = [
                label
                for each in rest
                for label in (
                    labels[each.value.id]
                    if isinstance(each, ast.Starred) and isinstance(each.value, ast.Name)
                    else [str(ast.literal_eval(each))]
                )
            ]
    return found


def test_the_reference_is_what_the_code_says() -> None:
    assert render(REFERENCE) == REFERENCE, "run python -m failcat_sidecar.cli.reference docs/reference.md"


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@each_page
def test_every_command_line_is_one(page: Path) -> None:
    for words in command_lines(page):
        command: click.Command = failcat
        path: list[str] = []
        context = click.Context(failcat)
        while isinstance(command, click.Group) and words[:1] != ["--version"]:
            assert words, f"failcat {' '.join(path)} is a group"
            found = command.get_command(context, words[0])
            assert found is not None, f"failcat {' '.join(path)} {words[0]} is no command"
            path.append(words.pop(0))
            command, context = found, click.Context(found, context, info_name=path[-1], **found.context_settings)
        if "--" not in words:
            command.make_parser(context).parse_args(words)  # raises for an option that there is not


@each_page
def test_every_setting_that_is_named_exists(page: Path) -> None:
    known = {option.variable for option in options() + options(AgentSettings)} | TEST_VARIABLES
    assert set(re.findall(r"\bFAILCAT_[A-Z_]+[A-Z]\b", text_of(page))) <= known


@each_page
def test_every_metric_that_is_named_is_in_the_reference(page: Path) -> None:
    assert set(re.findall(METRIC, text_of(page))) <= set(re.findall(METRIC, REFERENCE)) | {"recovery_attempts"}


@each_page
def test_every_target_of_make_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text_of(page), re.MULTILINE)) <= targets


@each_page
def test_every_test_that_is_named_exists(page: Path) -> None:
    for file, name in re.findall(r"(tests/[\w/]+\.py)(?:::(\w+))?", text_of(page)):
        assert (ROOT / file).is_file(), file
        assert not name or re.search(rf"def {name}\(", text_of(ROOT / file)), f"{file}::{name}"


def test_every_promise_names_a_test() -> None:
    rows = [line for line in text_of(DOCS / "reliability.md").split("\n") if re.match(r"\| [A-Z\"]", line)]
    assert len(rows) > 30
    assert [row for row in rows if "`tests/" not in row.rpartition(" | ")[2]] == []


@pytest.mark.parametrize(("name", "labels"), counters().items())
def test_every_counter_is_in_the_reference_with_its_labels(name: str, labels: list[str]) -> None:
    (row,) = [line for line in REFERENCE.split("\n") if line.startswith("| `") and f"`{name}_total`" in line]
    assert [label for label in labels if not re.search(rf"\b{label}\b", row.rpartition("` | ")[2])] == []


def test_every_metric_in_the_reference_is_declared() -> None:
    named = {name.removesuffix("_total") for name in re.findall(METRIC, REFERENCE.partition("## Tables")[0])}
    assert named - set(strings()) - {"failure_losses"} == set()


def test_every_complaint_in_the_operators_guide_is_the_codes() -> None:
    rows = text_of(DOCS / "operators.md").partition("| `not_ready` says")[2].partition("\n## ")[0].split("\n")
    complaints = [text for row in rows[2:] for text in re.findall(r"`([^`]+)`", row.rpartition(" | ")[0])]
    texts = strings()
    assert len(complaints) > 12
    assert [each for each in complaints if not any(each in text for text in texts)] == []


def test_the_agents_guide_names_the_whole_interface() -> None:
    table = text_of(DOCS / "agents.md").partition("| call | what it does |")[2].partition("\n\n")[0]
    named = [name for row in table.split("\n") for name in re.findall(r"`(\w+)`", row.partition(" | ")[0])]
    assert sorted(named) == sorted(agent.__all__)


def test_the_changelog_begins_with_the_version() -> None:
    version = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["version"]
    assert re.findall(r"^## (\S+)", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)[0] == version


@pytest.mark.parametrize(("name", "lines"), [("README.md", 90), ("ARCHITECTURE.md", 120)])
def test_a_page_that_everybody_reads_stays_short(name: str, lines: int) -> None:
    assert len(text_of(ROOT / name).split("\n")) <= lines
