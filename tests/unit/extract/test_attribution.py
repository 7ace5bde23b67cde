"""Run, skill, agent, model, step and tenant, in the order of their attributes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.otlp import UNSET, failures, log, log_failures, span, trace_id

from failcat_catalog.contract import MODEL_KEYS
from failcat_catalog.text import MAX_NAME_BYTES
from failcat_core.report import RankedName
from failcat_sidecar.extract import Failure

RESOURCE = {"service.name": "shop"}


def one(resource: dict[str, Any] | None = None, tenant: str | None = None, **attributes: Any) -> Failure:
    named = {key.replace("__", "."): value for key, value in attributes.items()}
    (failure,) = failures(span(name="step", attributes=named), resource=resource or RESOURCE, tenant=tenant)
    return failure


@pytest.mark.parametrize(
    ("attributes", "run"),
    [
        ({"failcat__run_id": "r", "gen_ai__conversation__id": "c", "session__id": "s"}, "r"),
        ({"gen_ai__conversation__id": "c", "session__id": "s"}, "c"),
        ({"session__id": "s"}, "s"),
        ({"failcat__run_id": ""}, trace_id(1).hex()),
        ({"failcat__run_id": ["no", "text"]}, trace_id(1).hex()),
        ({}, trace_id(1).hex()),
        ({"failcat__run_id": 17}, "17"),
    ],
)
def test_run(attributes: dict[str, Any], run: str) -> None:
    assert one(**attributes).run.value == run


@pytest.mark.parametrize("length", [129, 10_000])
def test_a_long_trace_id_makes_a_bounded_run(length: int) -> None:
    sent = span()
    sent.trace_id = b"\xab" * length
    (failure,) = failures(sent, resource=RESOURCE)
    assert len(failure.run.value.encode()) <= MAX_NAME_BYTES
    assert failure.run.value.startswith("abab")


@pytest.mark.parametrize(
    ("attributes", "skill"),
    [
        ({"failcat__skill_id": "k", "gen_ai__skill__name": "n", "gen_ai__tool__name": "t"}, "k"),
        ({"gen_ai__skill__name": "n", "gen_ai__tool__name": "t"}, "n"),
        ({"gen_ai__tool__name": "t"}, "t"),
        ({}, "step"),
    ],
)
def test_skill(attributes: dict[str, Any], skill: str) -> None:
    found = one(**attributes).skill
    assert found and found.value == skill


@pytest.mark.parametrize(
    ("attributes", "agent"),
    [
        ({"failcat__agent": "f", "gen_ai__agent__name": "a"}, "f"),
        ({"gen_ai__agent__name": "a", "gen_ai__agent__id": "i", "gen_ai__workflow__name": "w"}, "a"),
        ({"gen_ai__agent__id": "i", "gen_ai__workflow__name": "w"}, "i"),
        ({"gen_ai__workflow__name": "w"}, "w"),
        ({}, "shop"),
    ],
)
def test_agent(attributes: dict[str, Any], agent: str) -> None:
    found = one(**attributes).agent
    assert found and found.value == agent


@pytest.mark.parametrize(
    ("attributes", "model"),
    [
        *(({key: "gpt-5"}, "gpt-5") for key in MODEL_KEYS),
        ({"gen_ai.request.model": "gpt-5", "gen_ai.response.model": "gpt-5-2026-08-07"}, "gpt-5"),
        ({"gen_ai.request.model": "", "llm.model_name": "gpt-5"}, "gpt-5"),
        ({"model": '"gpt-5"'}, "gpt-5"),
        ({"model": ["no", "name"]}, None),
        ({"model": '""'}, None),
        ({}, None),
    ],
)
def test_model(attributes: dict[str, Any], model: str | None) -> None:
    assert _value(one(**attributes).model) == model
    (reported,) = log_failures(log(attributes={"exception.type": "E", **attributes}), resource=RESOURCE)
    assert _value(reported.model) == model


def _value(name: RankedName | None) -> str | None:
    return name.value if name else None


@pytest.mark.parametrize(
    ("value", "version"), [("1.4.2", "1.4.2"), (7, "7"), ("", None), (["1"], None), ("9" * 300, "9" * 255 + "…")]
)
def test_the_version_is_the_resources(value: object, version: str | None) -> None:
    found = one(resource={"service.name": "shop", "service.version": value}).service_version
    assert (found or "")[:200] == (version or "")[:200] and len((found or "").encode()) <= MAX_NAME_BYTES


@pytest.mark.parametrize(
    ("value", "step"), [(3, 3), (0, 0), (-1, None), (True, None), ("3", None), (2**31, None), (1.0, None)]
)
def test_step(value: object, step: int | None) -> None:
    assert one(failcat__step_index=value).step_index == step


def test_the_connections_tenant_wins_over_what_the_agent_says() -> None:
    assert one(tenant="acme", failcat__tenant_id="evil").tenant_id == "acme"


@pytest.mark.parametrize(
    ("resource", "attributes", "tenant"),
    [
        ({"failcat.tenant_id": "r"}, {"failcat__tenant_id": "s", "tenant__id": "t"}, "s"),
        ({"failcat.tenant_id": "r"}, {}, "r"),
        ({"tenant.id": "r"}, {"tenant__id": "t"}, "t"),
        ({}, {}, None),
    ],
)
def test_tenant(resource: dict[str, Any], attributes: dict[str, Any], tenant: str | None) -> None:
    assert one({**RESOURCE, **resource}, **attributes).tenant_id == tenant


def test_what_ancestors_know_comes_before_the_resource_and_after_the_span() -> None:
    known = {"gen_ai.agent.name": "planner", "failcat.run_id": "r", "failcat.step_index": 4}
    parent = span(1, status=UNSET, attributes=known)
    child = span(2, parent=1, attributes={"gen_ai.workflow.name": "w"})
    (failure,) = failures(child, parent, resource={"failcat.run_id": "batch-job"})
    assert (failure.run.value, failure.agent and failure.agent.value, failure.step_index) == ("r", "w", 4)


def test_a_log_record_has_no_name_to_stand_in_for_its_skill() -> None:
    (failure,) = log_failures(log(attributes={"exception.type": "E"}))
    assert failure.skill is None


def test_names_are_cut_and_redacted() -> None:
    failure = one(failcat__run_id="r" * 10_000, failcat__skill_id="sk-proj-abcdefghijklmnop0123456789")
    assert len(failure.run.value.encode()) <= 256
    assert failure.skill and "abcdefgh" not in failure.skill.value
