"""The README tells the truth: every setting, command and metric is in it, and nothing else of their kind."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.sidecar import SidecarProcess

from failcat_sidecar.cli.main import COMMANDS
from failcat_sidecar.settings import options

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(FAILCAT_\w+)` \| `?([^|`]*)`? \|", README, re.MULTILINE))
    expected = {option.variable: option.default for option in options() if option.name != "data_dir"}
    assert {name: rows.get(name, "missing").strip() for name in expected} == expected
    assert set(rows) - set(expected) <= {"FAILCAT_DATA_DIR", "FAILCAT_ENDPOINT", "FAILCAT_TOKEN"}


def test_every_command_is_documented() -> None:
    assert [name for name in COMMANDS if f"failcat {name}" not in README] == []


def test_every_metric_of_a_running_sidecar_is_documented(sidecar: SidecarProcess) -> None:
    exposed = {re.sub(r"(_bucket|_sum|_count|_created)?({.*)?$", "", name) for name in sidecar.metrics()}
    ours = {name for name in exposed if name.startswith(("fail", "recovery_"))}
    assert {name for name in ours if f"`{name}" not in README} == set()
