"""The requests, and the rows that each should give."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.recorded.test_recorded import EXPECTED

REPOSITORY = Path(__file__).parents[2]
OUTSIDE = REPOSITORY.parent / "shared" / "data"
if not OUTSIDE.exists():  # a worktree is one folder deeper
    OUTSIDE = REPOSITORY.parents[1] / "shared" / "data"
RECORDINGS = (REPOSITORY / "tests" / "data" / "recordings", OUTSIDE / "frameworks")
PROTOBUF, JSON = "application/x-protobuf", "application/json"
UNBOUNDED = 1 << 30

Expected = dict[str, Any]
"""Column to value; what the value may be is scoring.fits."""


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Case:
    instrumentation: str
    what: str
    requests: tuple[Request, ...]
    rows: tuple[Expected, ...]  # empty: what is told is no failure
    most: int  # rows; more are false
    wants_word: bool = False  # a row, or an answer that says why there is none
    tolerates_low: bool = False  # rows of severity LOW are neither wanted nor false


def missing() -> Iterator[str]:
    """What is not there to be replayed."""
    for folder in (*RECORDINGS, OUTSIDE / "otlp", OUTSIDE / "intake"):
        if not folder.exists():
            yield f"skipped: no recordings at {folder}"


def cases() -> Iterator[Case]:
    for path in sorted((OUTSIDE / "intake").glob("*.json")):
        yield from _with_siblings(json.loads(path.read_text()))
    for folder in RECORDINGS:
        for path in sorted(folder.glob("*.json")):
            yield recorded_case(path)
    for name, expected in EXPECTED.items():
        path = OUTSIDE / "otlp" / f"{name}.pb"
        if path.exists():
            rows = tuple(
                {"catalog_entry_id": code, "error_message": message, "agent_name": agent}
                for code, message, agent in expected
            )
            yield Case(f"recorded {name}", name, (_protobuf(path),), rows, len(rows))


def _with_siblings(document: dict[str, Any]) -> Iterator[Case]:
    label = ""
    told = [(document["title"], document["requests"], document["expect"])]
    told += [(sibling["what"], sibling["requests"], sibling["expect"]) for sibling in document["siblings"]]
    for what, raw, expect in told:
        if raw and all("path" in request for request in raw):  # others are commands to run by hand
            label = label or f"{document['id']:03} {_service(raw[0])}"
            yield case(label, what, tuple(map(_request, raw)), expect)


def case(instrumentation: str, what: str, requests: tuple[Request, ...], expect: object) -> Case:
    """`expect` is a mapping with `rows` (a list or a number) and `row_count`, or words, which want an answer."""
    if not isinstance(expect, dict) or not expect.keys() & {"rows", "row_count"}:
        return Case(instrumentation, what, requests, (), UNBOUNDED, wants_word=True)
    rows = expect.get("rows", ())
    if isinstance(rows, str):
        return Case(instrumentation, what, requests, (), 0, tolerates_low="LOW" in rows)
    listed: list[Expected] = [{}] * rows if isinstance(rows, int) else list(rows)
    count = str(expect.get("row_count", len(listed)))
    least = int(count.split(maxsplit=1)[0])
    listed += [{}] * (least - len(listed))
    return Case(instrumentation, what, requests, tuple(listed), UNBOUNDED if "or " in count else len(listed))


def recorded_case(path: Path) -> Case:
    document = json.loads(path.read_text())
    requests = tuple(_protobuf(path.parent / name) for name in document["requests"])
    return case(path.stem, document["expected"].get("why", path.stem), requests, document["expected"])


def _request(raw: dict[str, Any]) -> Request:
    body = base64.b64decode(raw["base64"]) if "base64" in raw else json.dumps(raw["body"]).encode()
    return Request(raw["path"], raw["content_type"], body)


def _protobuf(path: Path) -> Request:
    return Request("/v1/logs" if ".logs." in path.name else "/v1/traces", PROTOBUF, path.read_bytes())


def _service(raw: dict[str, Any]) -> str:
    """The service that the request names first, else nothing."""
    for part in raw.get("body", {}).values():
        for attribute in part[0].get("resource", {}).get("attributes", ()):
            if attribute["key"] == "service.name":
                return str(attribute["value"].get("stringValue", ""))
    return ""
