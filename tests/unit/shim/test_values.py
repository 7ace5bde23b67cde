"""Whatever a program puts into a failure's context, the failure arrives, and the value as its text."""

from __future__ import annotations

import contextlib
import uuid
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from pathlib import PurePosixPath
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

import pytest
from tests.support.otlp_sink import OtlpSink, Received
from tests.support.reported import flushed_failures, raised

import failcat
from failcat import _guard
from failcat._reporting.values import plain_values

pytestmark = pytest.mark.usefixtures("instrumented")


class Color(Enum):
    RED = "red"


class Level(IntEnum):
    HIGH = 3


class Word(StrEnum):
    YES = "yes"


@dataclass
class Order:
    number: int
    at: date


class Point(NamedTuple):
    x: int
    y: int


class Scalar:
    """As NumPy's: no int, but looks like one."""

    def __index__(self) -> int:
        return 7

    def __str__(self) -> str:
        return "7"


class Strange(BaseException):
    """No Exception, as SystemExit is none."""


class Hostile:
    def __getattribute__(self, name: str) -> Any:
        raise Strange

    def __str__(self) -> str:
        raise Strange

    def __repr__(self) -> str:
        raise RuntimeError


class HostileText(str):
    def __str__(self) -> str:
        raise RuntimeError

    def __getitem__(self, key: Any) -> Any:
        raise RuntimeError


class HostileMapping(Mapping[str, int]):
    def __getitem__(self, key: str) -> int:
        raise RuntimeError

    def __iter__(self) -> Iterator[str]:
        raise MemoryError

    def __len__(self) -> int:
        raise RecursionError


def endless() -> list[Any]:
    items: list[Any] = [1]
    items.append(items)
    return items


VALUES: list[tuple[Any, object]] = [
    (datetime(2026, 12, 1, 8, tzinfo=UTC), "2026-12-01 08:00:00+00:00"),
    (date(2026, 12, 1), "2026-12-01"),
    (timedelta(seconds=3), "0:00:03"),
    (Decimal("10.50"), "10.50"),
    (Fraction(1, 3), "1/3"),
    (PurePosixPath("/tmp/x"), "/tmp/x"),
    (uuid.UUID(int=7), str(uuid.UUID(int=7))),
    (Color.RED, "red"),
    (Level.HIGH, 3),
    (Word.YES, "yes"),
    (Order(4031, date(2026, 12, 1)), "{'number': 4031, 'at': '2026-12-01'}"),
    (ValueError("no such order"), "ValueError: no such order"),
    (complex(1, 2), "(1+2j)"),
    (Scalar(), "7"),
    (HostileText("kept"), "kept"),
    (OrderedDict(a=Decimal(1)), "{'a': '1'}"),
    (MappingProxyType({"a": 1}), "{'a': 1}"),
    ({"at": date(2026, 12, 1), 5: None}, "{'at': '2026-12-01', '5': None}"),
    (deque([1]), "deque([1])"),
    (range(3), "range(0, 3)"),
    (SimpleNamespace(a=1), "namespace(a=1)"),
    (int, "<class 'int'>"),
    (Hostile(), "<Hostile>"),
    (HostileMapping(), "<HostileMapping>"),
    (True, True),
    (1 << 70, str(1 << 70)),
]


def reported(sink: OtlpSink) -> Received:
    (failure,) = flushed_failures(sink)
    return failure


@pytest.mark.parametrize("number", range(len(VALUES)), ids=[type(value).__name__ for value, _ in VALUES])
def test_a_value_of_any_type_is_stored(number: int, sink: OtlpSink) -> None:
    value, stored = VALUES[number]
    assert failcat.match_and_persist("TIMEOUT", "r1", context={"value": value}).failure_match_id
    assert reported(sink).attributes["value"] == stored


@pytest.mark.parametrize("value", [{1, 2}, frozenset({1, 2}), (1, 2), [1, 2], Point(1, 2)])
def test_lists_and_sets_are_stored_as_lists(value: Any, sink: OtlpSink) -> None:
    failcat.report(raised(ValueError("x")), {"value": value})
    values = reported(sink).attributes["value"].values
    assert sorted(each.int_value for each in values) == [1, 2]


CONTEXTS: dict[str, Any] = {
    "an object": Hostile(),
    "a mapping": HostileMapping(),
    "a list": [1],
    "a text": "text",
    "hostile keys": {Hostile.__new__(Hostile): 1},
    "a list in itself": {"a": endless()},
    "bytes as keys": {b"\xff": {b"x": {1, 2}}},
}


@pytest.mark.parametrize("name", CONTEXTS)
def test_no_context_loses_its_failure(name: str, sink: OtlpSink) -> None:
    assert failcat.match_and_persist("TIMEOUT", "r1", context=CONTEXTS[name]).failure_match_id
    assert reported(sink).attributes["failure.code"] == "TIMEOUT"


ARGUMENTS: dict[str, Any] = {
    "an object": Hostile(),
    "a text": HostileText("x"),
    "a UUID": uuid.UUID(int=7),
    "an enum": Color.RED,
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_no_argument_loses_its_failure(name: str, sink: OtlpSink) -> None:
    argument = ARGUMENTS[name]
    failcat.match_and_persist(argument, argument, argument, argument, argument, None, argument)
    with (
        contextlib.suppress(ValueError),
        failcat.run(argument, tenant_id=argument),
        failcat.step(argument, index=argument),
    ):
        raise ValueError("x")
    assert len(flushed_failures(sink)) == 2


def test_a_context_is_bounded() -> None:
    huge = plain_values({str(number): ["x" * 1_000_000] * 1_000 for number in range(1_000)})
    assert len(huge) == 64
    assert len(repr(huge)) < 20_000_000
    assert len(repr(plain_values({"a": endless(), "b": [endless()] * 100}))) < 100_000


def test_what_is_swallowed_is_counted_and_logged_again_after_a_minute(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, sink: OtlpSink
) -> None:
    now = 0.0

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(_guard, "internal_errors", _guard.InternalErrors())
    monkeypatch.setattr("failcat._delivery.lifecycle.internal_errors", _guard.internal_errors)
    monkeypatch.setattr(_guard, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr("failcat._reporting.reporting.emit", broken)
    logged = []
    for at in (0.0, 1.0, 2.0, 61.0):
        now = at
        with caplog.at_level("WARNING", "failcat"), contextlib.suppress(LookupError), failcat.run("r1"):
            raise LookupError("no order")
        logged.append(len(caplog.records))
    assert (logged, failcat.dropped()) == ([1, 1, 1, 2], 4)
    assert "2 more" in caplog.records[-1].getMessage()
