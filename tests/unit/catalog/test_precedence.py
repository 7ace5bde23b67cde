"""Which rule wins, on small catalogs that say it plainly."""

from __future__ import annotations

from typing import Any, cast

import pytest

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import ConditionDocument, RuleDocument
from failcat_catalog.types import Observation
from failcat_catalog.vocabulary import MatchType

ENTRIES = Catalog.builtin().document["entries"]


def catalog_of(*rules: RuleDocument) -> Catalog:
    return Catalog.from_document({"entries": ENTRIES, "rules": list(rules)}, "test")


def rule(name: str, code: str, *when: ConditionDocument, **more: Any) -> RuleDocument:
    return cast(RuleDocument, {"id": f"test.{name}", "code": code, "when": list(when), **more})


PROVIDER_CODE = rule("provider_code", "QUOTA_EXHAUSTED", {"codes": ["no_money"]}, provider="openai")
TYPE_AND_STATUS = rule("type_and_status", "SERVICE_OVERLOADED", {"types": ["openai.APIError"], "statuses": [503]})
SQLSTATE = rule("sqlstate", "DB_CONTENTION", {"sqlstate": ["40P01"]})
SQLSTATE_CLASS = rule("sqlstate_class", "DB_QUERY_INVALID", {"sqlstate": ["40*"]})
TYPE = rule("type", "LLM_ERROR", {"types": ["openai.APIError"]})
WHOLE = rule("whole", "CANCELLED", {"exact": ["the request was dropped."]})
MESSAGE = rule("message", "TIMEOUT", {"message": ["request was .{1,10}ped"]})
FAMILY = rule("family", "HTTP_5XX", {"statuses": ["5xx"]})
EVERYTHING = (PROVIDER_CODE, TYPE_AND_STATUS, SQLSTATE, SQLSTATE_CLASS, TYPE, WHOLE, MESSAGE, FAMILY)

FULL: dict[str, Any] = {
    "error_type": "no_money",
    "exception_type": "openai.APIError",
    "message": "The request was dropped",
    "attributes": {"http.response.status_code": 503, "db.response.status_code": "40P01", "gen_ai.system": "openai"},
}


@pytest.mark.parametrize(
    ("without", "wins", "match_type"),
    [
        ((), "provider_code", MatchType.CODE),
        (("provider_code",), "type_and_status", MatchType.TYPE),
        (("provider_code", "type_and_status"), "sqlstate", MatchType.CODE),
        (("provider_code", "type_and_status", "sqlstate"), "sqlstate_class", MatchType.CODE),
        (("provider_code", "type_and_status", "sqlstate", "sqlstate_class"), "type", MatchType.TYPE),
        (("provider_code", "type_and_status", "sqlstate", "sqlstate_class", "type"), "whole", MatchType.EXACT),
        (
            ("provider_code", "type_and_status", "sqlstate", "sqlstate_class", "type", "whole"),
            "message",
            MatchType.REGEX,
        ),
    ],
)
def test_the_precise_wins_over_the_general(without: tuple[str, ...], wins: str, match_type: MatchType) -> None:
    left = [item for item in EVERYTHING if item["id"].removeprefix("test.") not in without]
    match = catalog_of(*left).match(Observation(**FULL))
    assert (match.rule, match.match_type) == (f"test.{wins}", match_type)


def test_the_family_is_the_last_resort() -> None:
    catalog = catalog_of(*EVERYTHING)
    match = catalog.match(Observation(message="strange", attributes={"http.response.status_code": 507}))
    assert (match.rule, match.match_type) == ("test.family", MatchType.FALLBACK)


def test_an_entrys_own_code_is_believed_unless_the_provider_names_a_finer_one() -> None:
    catalog = catalog_of(*EVERYTHING)
    own = catalog.match(Observation(error_code="rate_limited", message="request was dropped"))
    assert (own.code, own.match_type, own.confidence) == ("RATE_LIMITED", MatchType.CODE, 1.0)
    assert catalog.match(Observation(error_code="RATE_LIMITED", error_type="no_money")).code == "RATE_LIMITED"
    named = Observation(error_code="RATE_LIMITED", error_type="no_money", attributes={"gen_ai.system": "openai"})
    assert catalog.match(named).rule == "test.provider_code"


def test_a_code_inside_the_text_is_believed_less_than_a_code_that_was_sent() -> None:
    catalog = catalog_of(PROVIDER_CODE)
    assert catalog.match(Observation(message="{'code': 'no_money'}")).rule == "test.provider_code"
    assert catalog.match(Observation(error_code="TIMEOUT", message="{'code': 'no_money'}")).code == "TIMEOUT"


def test_a_specific_message_outranks_a_general_type_and_a_general_code() -> None:
    catalog = catalog_of(
        rule("limited", "RATE_LIMITED", {"types": ["openai.RateLimitError"]}, {"codes": ["limit_error"]}, general=True),
        rule("quota", "QUOTA_EXHAUSTED", {"message": ["exceeded your current quota"]}),
    )
    quota = "You exceeded your current quota"
    limited: tuple[dict[str, Any], ...] = ({"exception_type": "openai.RateLimitError"}, {"error_type": "limit_error"})
    for fields in limited:
        assert catalog.match(Observation(message=quota, **fields)).code == "QUOTA_EXHAUSTED"
        assert catalog.match(Observation(message="slow down", **fields)).code == "RATE_LIMITED"


def test_more_conditions_win_a_tie_then_the_longer_literal_then_the_id() -> None:
    plain = rule("b_plain", "TIMEOUT", {"message": ["too slow"]})
    longer = rule("c_longer", "CANCELLED", {"message": ["far too slow"]})
    both = rule("d_both", "HTTP_5XX", {"message": ["slow"], "statuses": [500]})
    same = rule("a_same", "HTTP_4XX", {"message": ["too sl[o]w"]})
    seen = Observation(message="far too slow", attributes={"http.response.status_code": 500})
    assert catalog_of(plain, longer, both).match(seen).rule == "test.d_both"
    assert catalog_of(plain, longer).match(seen).rule == "test.c_longer"
    assert catalog_of(plain, same).match(seen).rule == "test.a_same"


def test_unless_vetoes() -> None:
    catalog = catalog_of(
        rule("limit", "RATE_LIMITED", {"message": ["limit reached"]}, unless=[{"codes": ["daily"], "statuses": [429]}])
    )
    assert catalog.match(Observation(message="limit reached")).known
    assert catalog.match(Observation(message="limit reached, code: daily")).known
    for fields in ({"error_type": "daily", "message": "limit reached"}, {"message": "limit reached, code: daily"}):
        assert not catalog.match(Observation(**fields, attributes={"http.response.status_code": 429})).known


def test_a_protocols_number_counts_only_inside_the_protocol() -> None:
    catalog = catalog_of(
        rule("mcp", "TIMEOUT", {"jsonrpc": [-32001], "protocol": ["mcp"]}),
        rule("a2a", "DATA_NOT_FOUND", {"jsonrpc": [-32001], "protocol": ["a2a"]}),
    )
    assert catalog.match(Observation(message="MCP error -32001: x")).rule == "test.mcp"
    in_a2a = {"a2a.task.id": "1", "rpc.jsonrpc.error_code": "-32001"}
    assert catalog.match(Observation(attributes=in_a2a)).rule == "test.a2a"
    assert not catalog.match(Observation(message="error -32001")).known
    assert not catalog.match(Observation(error_code="-32001")).known


@pytest.mark.parametrize(
    ("wanted", "observed", "holds"),
    [
        ("openai.RateLimitError", "openai.RateLimitError", True),
        ("openai.RateLimitError", "openai._exceptions.RateLimitError", True),
        ("openai.RateLimitError", "RateLimitError", True),
        ("openai.RateLimitError", "groq.RateLimitError", False),
        ("httpx.ReadTimeout", "httpx2.ReadTimeout", True),
        ("KeyError", "builtins.KeyError", True),
        ("KeyError", "KeyError", True),
        ("KeyError", "app.KeyError", False),
        ("*.GuardError", "a.b.GuardError", True),
        ("*.GuardError", "GuardError", True),
        ("*.GuardError", "a.NoGuardError", False),
    ],
)
def test_classes_agree_by_root_module_and_name(wanted: str, observed: str, holds: bool) -> None:
    catalog = catalog_of(rule("type", "TIMEOUT", {"types": [wanted]}))
    assert catalog.match(Observation(exception_type=observed)).known is holds
    assert catalog.match(Observation(error_type=observed)).known is holds


def test_a_bare_name_that_libraries_use_differently_says_nothing() -> None:
    redis = rule("redis", "REDIS_CONNECTION_FAILED", {"types": ["redis.LostError"]})
    other = rule("other", "CONNECTION_FAILED", {"types": ["requests.LostError"]})
    assert catalog_of(redis).match(Observation(exception_type="LostError")).known
    assert not catalog_of(redis, other).match(Observation(exception_type="LostError")).known


@pytest.mark.parametrize(
    ("condition", "fields", "holds"),
    [
        ({"attributes": {"tool.name": ["search"]}}, {"attributes": {"tool.name": "search"}}, True),
        ({"attributes": {"tool.name": ["search"]}}, {"attributes": {"tool.name": "find"}}, False),
        ({"attributes": {"tool.name": ["*"]}}, {"attributes": {"tool.name": "find"}}, True),
        ({"attributes": {"retry": [True]}}, {"attributes": {"retry": True}}, True),
        ({"attributes": {"a": [1], "b": [2]}}, {"attributes": {"a": 1}}, False),
        ({"finish_reasons": ["length"]}, {"attributes": {"gen_ai.response.finish_reasons": ("stop", "length")}}, True),
        ({"providers": ["bedrock"], "statuses": [424]}, {"attributes": {"gen_ai.system": "aws.bedrock"}}, False),
        ({"prefix": ["OOM (command)"]}, {"message": "oom (command) not allowed"}, True),
        ({"prefix": ["OOM (command)"]}, {"message": "an OOM (command)"}, False),
        ({"exact": ["Connection error."]}, {"message": " connection error"}, True),
        ({"exact": ["Connection error."]}, {"message": "connection error of mine"}, False),
        ({"errno": ["ENOSPC"]}, {"message": "[Errno 28] No space left on device"}, True),
        ({"exit_code": [137]}, {"message": "exited with code 137"}, True),
        ({"grpc": ["UNAVAILABLE"]}, {"attributes": {"rpc.grpc.status_code": 14}}, True),
        ({"kafka": ["NOT_LEADER"]}, {"error_type": "NOT_LEADER", "attributes": {"messaging.system": "kafka"}}, True),
        ({"kafka": ["NOT_LEADER"]}, {"error_type": "NOT_LEADER"}, False),
    ],
)
def test_a_condition_holds_or_not(condition: ConditionDocument, fields: dict[str, Any], holds: bool) -> None:
    assert catalog_of(rule("one", "TIMEOUT", condition)).match(Observation(**fields)).known is holds


def test_a_rule_changes_its_entrys_advice() -> None:
    catalog = catalog_of(
        rule(
            "slow",
            "RATE_LIMITED",
            {"codes": ["slow_down"]},
            retryable=False,
            recovery={"mode": "ESCALATE", "action": "REDUCE_RATE"},
            suggestions=["Ramp up by half every fifteen minutes."],
        )
    )
    match = catalog.match(Observation(error_type="slow_down"))
    assert match.recovery is not None
    assert (match.retryable, match.recovery.mode, match.recovery.action) == (False, "ESCALATE", "REDUCE_RATE")
    assert match.recovery.max_delay_ms == catalog.entries["RATE_LIMITED"].recovery.max_delay_ms
    assert match.suggestions == ("Ramp up by half every fifteen minutes.",)
