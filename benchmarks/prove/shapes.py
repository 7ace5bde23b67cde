"""Hostile requests as small plans that can be mutated: what repeats how often, and which texts are where.

One plan gives OTLP protobuf or JSON. Its parts are dataclasses: a mutation is a change of any field of any part.
"""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

UNITS = (
    *("x", "é", "😀", "\\", '"', "\n", ",", " ", "a.b", "\x7f"),
    *("password=a ", "password:", "api_key:", "cookie=a;", "token='a b\" ", "://a:b@ ", "?sig=a "),
    *("bearer abcdefgh1 ", "basic QTpC ", "sk-aB3dE5gH7jK9mN1pQ3sT5vW7yZ9 ", ".aaaaaaaaaaaaaaa"),
    *("hooks.slack.com/services/aaaaaaaaaaaaaaaa ", "eyJaaaaaaaaaaaaaaa.", "-----BEGIN PRIVATE KEY-----"),
    *("Error code: 429 - ", "{'a': ", "[1, ", "0123456789abcdef-", "Caused by: E: ", "timed out after 3s "),
    *('File "x.py", line 1, in f\n', "connect ECONNREFUSED 1.2.3.4:5 "),
)
"""Texts that some scan takes for the beginning of something."""

KINDS = ("text", "array", "map", "bytes", "nested", "number")
MAX_REPEAT = 300_000


@dataclass
class Text:
    unit: str = "x"
    count: int = 1

    def __str__(self) -> str:
        return self.unit * self.count


@dataclass
class Attributes:
    """`count` of them, with names of their own."""

    count: int = 1
    key: Text = field(default_factory=lambda: Text("k"))
    value: Text = field(default_factory=Text)
    kind: str = "text"
    elements: int = 1  # of an array or map; levels of nested values


@dataclass
class Items:
    """Spans, or log records."""

    count: int = 1
    fails: bool = True
    has_ids: bool = True
    is_chain: bool = False  # each the parent of the one before
    message: Text = field(default_factory=lambda: Text("boom"))
    attributes: list[Attributes] = field(default_factory=list)
    exceptions: int = 0
    exception: Text = field(default_factory=lambda: Text("boom"))
    stack: Text = field(default_factory=lambda: Text("", 0))
    unknown: int = 0  # fields


@dataclass
class Scopes:
    count: int = 1
    name: Text = field(default_factory=lambda: Text("lib"))
    items: list[Items] = field(default_factory=lambda: [Items()])
    unknown: int = 0


@dataclass
class Senders:
    """ResourceSpans, or ResourceLogs."""

    count: int = 1
    attributes: list[Attributes] = field(default_factory=list)
    scopes: list[Scopes] = field(default_factory=lambda: [Scopes()])
    unknown: int = 0


@dataclass
class Plan:
    """Of one request."""

    senders: list[Senders] = field(default_factory=lambda: [Senders()])
    is_json: bool = False
    is_logs: bool = False
    unknown: int = 0

    def __str__(self) -> str:
        return json.dumps(_told(self), ensure_ascii=True)


def known_kinds() -> list[Plan]:
    """What once held the sidecar for seconds or took its memory: one plan for each kind."""

    def plan(items: Items, scopes: int = 1, resource: list[Attributes] | None = None, **how: Any) -> Plan:
        return Plan([Senders(attributes=resource or [], scopes=[Scopes(scopes, items=[items])])], **how)

    gates = Text("password=a secret=b api_key=c token=d cookie=g ?sig=h bearer abcdefgh1 ://a:b@c ", 800)
    return [
        Plan(unknown=10_000_000),
        plan(Items(has_ids=False), scopes=20_000, resource=[Attributes(6_000)]),
        Plan([Senders(unknown=500_000, scopes=[Scopes(60)])]),
        plan(Items(249_000)),
        plan(Items(249_000, has_ids=False, fails=False)),
        plan(Items(4, attributes=[Attributes(128, value=gates)])),
        plan(Items(1, exceptions=1_000, exception=dataclasses.replace(gates, count=300), stack=gates)),
        plan(Items(40, attributes=[Attributes(90_000, Text("", 0), Text("", 0))])),
        plan(Items(50, attributes=[Attributes(1, kind="array", elements=100_000)])),
        plan(Items(50, attributes=[Attributes(20, kind="map", elements=128, value=gates)])),
        plan(Items(8_000, is_chain=True, message=Text("abcdefghijklmnop", 64))),
        plan(Items(1, unknown=8_000_000)),
        plan(Items(249_000), is_logs=True),
        plan(Items(70_000), is_json=True),
        plan(Items(1, message=Text("😀", 600_000)), is_json=True),
        plan(Items(60_000, is_chain=True), is_json=True),
        plan(Items(1, attributes=[Attributes(1, kind="array", elements=200_000)]), is_json=True),
        plan(Items(25_000, exceptions=1, stack=Text('File "x.py", line 1, in f\n', 20))),
    ]


def mutated(plan: Plan, dice: random.Random) -> Plan:
    """Another plan, one to three changes away."""
    again: Plan = _copy(plan)
    for _ in range(dice.randint(1, 3)):
        part = dice.choice(_parts(again))
        _change(part, dice.choice(dataclasses.fields(part)).name, dice)
    return again


def _change(part: Any, name: str, dice: random.Random) -> None:
    value = getattr(part, name)
    if isinstance(value, bool):
        setattr(part, name, not value)
    elif isinstance(value, int):
        grown = round(max(value, 1) * dice.choice((0.25, 0.5, 2, 4, 16, 64))) if dice.random() < 0.9 else 0
        setattr(part, name, min(grown, 20_000_000 if name == "unknown" else MAX_REPEAT))
    elif isinstance(value, str):
        setattr(part, name, dice.choice(KINDS if name == "kind" else UNITS))
    elif isinstance(value, list):
        _change_list(value, name, dice)


def _change_list(parts: list[Any], name: str, dice: random.Random) -> None:
    if parts and dice.random() < 0.3:
        parts.pop(dice.randrange(len(parts)))
    elif parts and dice.random() < 0.5:
        parts.append(_copy(dice.choice(parts)))
    else:
        parts.append({"attributes": Attributes, "items": Items, "scopes": Scopes, "senders": Senders}[name]())


def _parts(part: Any) -> list[Any]:
    """It and all parts in it."""
    found = [part]
    for each in dataclasses.fields(part):
        value = getattr(part, each.name)
        for inner in value if isinstance(value, list) else (value,):
            if dataclasses.is_dataclass(inner):
                found += _parts(inner)
    return found


def _copy(part: Any) -> Any:
    values = {each.name: getattr(part, each.name) for each in dataclasses.fields(part)}
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = [_copy(inner) for inner in value]
        elif dataclasses.is_dataclass(value):
            values[name] = _copy(value)
    return type(part)(**values)


def _told(part: Any) -> Any:
    """Only what differs from a plan of nothing special."""
    if isinstance(part, list):
        return [_told(each) for each in part]
    if not dataclasses.is_dataclass(part):
        return part
    kind: Callable[[], Any] = type(part)
    plain = kind()
    names = [each.name for each in dataclasses.fields(part)]
    return {name: _told(getattr(part, name)) for name in names if getattr(part, name) != getattr(plain, name)}
