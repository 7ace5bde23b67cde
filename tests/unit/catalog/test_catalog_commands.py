"""`failcat classify` and `failcat catalog`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from failcat_sidecar.cli.catalog import catalog
from failcat_sidecar.cli.classify import MAX_LINE_BYTES, classify
from failcat_sidecar.errors import ConfigurationError

OWN = {
    "rules": [
        {
            "id": "mine.own",
            "code": "TIMEOUT",
            "when": [{"message": ["frobnicator stalled"]}],
            "examples": [{"message": "the frobnicator stalled"}],
        }
    ]
}


IGNORING = {
    "ignore": [
        {
            "id": "mine.quiet",
            "source": "our runbook",
            "when": [{"message": ["frobnicator stalled"]}],
            "examples": [{"message": "the frobnicator stalled"}],
        }
    ]
}


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    file = tmp_path / "own.yaml"
    file.write_text(json.dumps(OWN))
    return file


def run(command: click.Command, *arguments: str, stdin: bytes = b"", **environment: str) -> Result:
    return CliRunner().invoke(command, arguments, input=stdin, env=environment, catch_exceptions=True)


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_what_the_operator_ignores_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "quiet.json"
    file.write_text(json.dumps(IGNORING))
    own = str(file)
    (verdict,) = answers(run(classify, stdin=b'{"message": "the frobnicator stalled"}', FAILCAT_CATALOG=own))
    assert (verdict["ignored_by"], verdict["catalog_entry_id"]) == ("mine.quiet", None)
    explained = run(catalog, "explain", "the frobnicator stalled", FAILCAT_CATALOG=own).stdout
    assert explained.startswith(
        "ignored  by mine.quiet: message~frobnicator stalled; it would not be stored\nverdict  unknown"
    )
    document = json.loads(run(catalog, "explain", "--json", "the frobnicator stalled", FAILCAT_CATALOG=own).stdout)
    assert document["match"]["ignored_by"] == "mine.quiet"
    assert document["ignored_because"] == "message~frobnicator stalled"
    assert "our runbook" in run(catalog, "show", "mine.quiet", FAILCAT_CATALOG=own).stdout
    shown = json.loads(run(catalog, "show", "mine.quiet", "--json", FAILCAT_CATALOG=own).stdout)
    assert shown["ignore"]["id"] == "mine.quiet"
    assert run(catalog, "test", str(file)).exit_code == 0
    assert "rules, 1 that ignore, 0 errors, 0 warnings" in run(catalog, "lint", str(file)).stdout


HOSTILE = "\x9b2J \u202etxt \ud83d"


@pytest.mark.parametrize(
    ("command", "arguments", "stdin", "shown"),
    [
        (classify, (), json.dumps({"error_code": HOSTILE}).encode(), "\\u202etxt"),
        (catalog, ("explain", "--json", HOSTILE), b"", "2j txt"),  # the plain form, as the matcher reads it
    ],
)
def test_json_holds_nothing_that_a_terminal_would_act_on(
    command: click.Command, arguments: tuple[str, ...], stdin: bytes, shown: str
) -> None:
    result = run(command, *arguments, stdin=stdin)
    assert (result.exit_code, result.stdout.isascii()) == (0, True)
    assert shown in result.stdout


def test_classify_answers_each_line_in_order() -> None:
    lines = [
        {"error_type": "openai.RateLimitError", "message": "slow down", "attributes": {"gen_ai.system": "openai"}},
        {"message": "order 4031 failed"},
        {"error_code": "TIMEOUT", "error_type": None},
    ]
    result = run(classify, stdin="\n".join(map(json.dumps, lines)).encode())
    limited, unknown, explicit = answers(result)
    assert result.exit_code == 0
    assert list(limited) == [
        *("catalog_entry_id", "error_code", "category", "severity", "is_retryable", "recovery_mode"),
        *("match_type", "confidence", "rule", "signature"),
    ]
    assert (limited["catalog_entry_id"], limited["error_code"]) == ("RATE_LIMITED", "openai.RateLimitError")
    assert limited["is_retryable"] is True
    assert (unknown["catalog_entry_id"], unknown["match_type"], unknown["category"]) == (None, "unknown", None)
    assert (explicit["match_type"], explicit["confidence"]) == ("code", 1.0)
    assert limited["signature"].startswith("v3:")


@pytest.mark.parametrize(
    "bad",
    [
        b"not json",
        b"[1]",
        b'{"message": 7}',
        b'{"attributes": [1]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'"' + b"x" * (2 * MAX_LINE_BYTES) + b'"',
    ],
)
def test_one_bad_line_is_named_and_the_others_are_answered(bad: bytes) -> None:
    good = b'{"error_code": "TIMEOUT"}'
    result = run(classify, stdin=b"\n".join([good, bad, b"", good]))
    assert result.exit_code == 1
    assert [answer["catalog_entry_id"] for answer in answers(result)] == ["TIMEOUT", "TIMEOUT"]
    (error,) = [json.loads(line) for line in result.stderr.splitlines()]
    assert error["line"] == 2
    assert error["error"]


def test_the_operators_file_counts_by_flag_and_by_environment(own_file: Path) -> None:
    line = b'{"message": "the frobnicator stalled"}'
    by_flag = run(classify, "--catalog", str(own_file), stdin=line)
    by_environment = run(classify, stdin=line, FAILCAT_CATALOG=str(own_file))
    assert answers(by_flag)[0]["rule"] == answers(by_environment)[0]["rule"] == "mine.own"


def test_a_broken_file_stops_the_start_and_names_the_setting(tmp_path: Path) -> None:
    result = run(classify, "--catalog", str(tmp_path / "missing.yaml"))
    assert isinstance(result.exception, ConfigurationError)
    assert str(result.exception).startswith("FAILCAT_CATALOG: ")


def test_list_shows_the_codes_of_a_category() -> None:
    assert "RATE_LIMITED" in run(catalog, "list").stdout
    rows = json.loads(run(catalog, "list", "--category", "resource", "--json").stdout)
    assert {row["category"] for row in rows} == {"RESOURCE"}


def test_show_finds_a_code_and_a_rule(own_file: Path) -> None:
    assert "Wait for Retry-After" in run(catalog, "show", "rate_limited").stdout
    shown = json.loads(run(catalog, "show", "mine.own", "--json", "--catalog", str(own_file)).stdout)
    assert (shown["entry"]["code"], [rule["id"] for rule in shown["rules"]]) == ("TIMEOUT", ["mine.own"])
    missing = run(catalog, "show", "NO_SUCH")
    assert missing.exit_code == 2
    assert "NO_SUCH" in missing.stderr


def test_explain_says_which_rule_and_why() -> None:
    result = run(catalog, "explain", "--type", "openai.RateLimitError", "-a", "http.response.status_code=429", "x")
    assert "RATE_LIMITED" in result.stdout
    assert "http.status=429" in result.stdout
    explained = json.loads(run(catalog, "explain", "order 4031 failed", "--json").stdout)
    assert explained["match"]["match_type"] == "unknown"
    assert run(catalog, "explain").exit_code == 2
    assert run(catalog, "explain", "-a", "nonsense").exit_code == 2


@pytest.mark.parametrize("value", ["--5", "-", "", "9" * 5_000, "-" + "9" * 5_000, "٣", "5-", "429"])
def test_any_attribute_can_be_explained(value: str) -> None:
    assert run(catalog, "explain", "-a", f"retries={value}", "boom").exit_code == 0


def test_lint_of_a_file_says_what_that_file_does(tmp_path: Path, own_file: Path) -> None:
    assert json.loads(run(catalog, "lint", str(own_file), "--json").stdout) == []
    greedy = tmp_path / "greedy.yaml"
    when = [{"exact": ["prompt is too long: 201345 tokens > 200000 maximum"]}]
    greedy.write_text(
        json.dumps({"rules": [{**OWN["rules"][0], "when": [{"message": ["prompt is too long"]}, *when]}]})
    )
    findings = json.loads(run(catalog, "lint", str(greedy), "--json").stdout)
    assert "anthropic.yaml" in {
        finding["file"] for finding in findings
    }  # whose rule does not win its examples any more


def test_lint_and_test_pass_judgement_by_exit_code(tmp_path: Path, own_file: Path) -> None:
    assert run(catalog, "test", str(own_file)).exit_code == 0
    assert run(catalog, "lint", str(own_file)).exit_code == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(json.dumps({"rules": [{**OWN["rules"][0], "examples": [{"message": "something else"}]}]}))
    tested = run(catalog, "test", str(wrong))
    assert (tested.exit_code, "wanted TIMEOUT, got nothing" in tested.stdout) == (1, True)
    bare = tmp_path / "bare.yaml"
    bare.write_text(json.dumps({"rules": [{**OWN["rules"][0], "examples": []}]}))
    linted = run(catalog, "lint", str(bare), "--json")
    assert linted.exit_code == 1
    assert "missing-examples" in {finding["kind"] for finding in json.loads(linted.stdout)}
