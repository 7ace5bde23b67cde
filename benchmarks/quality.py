"""`make quality`: how often the catalog is right on labelled failures, and how well the signature groups.

The repository's own failures are scored first. More labelled failures and log messages are not part of the repository:
where they are, they are scored too, and said to be from outside; where they are not, that is said.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.unit.catalog.unseen import APPLICATIONS, SYSTEMS, THREADS

from failcat_catalog.catalog import Catalog
from failcat_catalog.confidence import EvidenceKind, evidence_kind
from failcat_catalog.explain import Explanation
from failcat_catalog.types import Observation

DATA = Path(__file__).parents[2] / "shared" / "data"
FAILURES = DATA / "failures_public.jsonl"

UNKNOWN = "UNKNOWN"
ANSWERS: dict[str, frozenset[str]] = {
    family: frozenset(codes.split())
    for family, codes in {
        "RATE_LIMIT": "RATE_LIMITED",
        "QUOTA": "QUOTA_EXHAUSTED",
        "OVERLOADED": "SERVICE_OVERLOADED SERVICE_UNAVAILABLE",
        "SERVER_ERROR": "HTTP_5XX LLM_ERROR UPSTREAM_ERROR",
        "TIMEOUT": "TIMEOUT GATEWAY_TIMEOUT",
        "CONNECTION": "CONNECTION_REFUSED CONNECTION_RESET CONNECTION_FAILED",
        "DNS": "DNS_FAILURE",
        "TLS": "TLS_FAILURE",
        "AUTH": "UNAUTHORIZED INVALID_API_KEY",
        "PERMISSION": "PERMISSION_DENIED POLICY_VIOLATION",
        "NOT_FOUND": "DATA_NOT_FOUND RESOURCE_NOT_FOUND MODEL_NOT_FOUND",
        "INVALID_REQUEST": "INVALID_REQUEST INVALID_INPUT HTTP_4XX",
        "CONTEXT_LENGTH": "LLM_CONTEXT_EXCEEDED",
        "CONTENT_POLICY": "CONTENT_FILTERED",
        "OUTPUT_PARSING": "OUTPUT_PARSE_FAILED OUTPUT_TRUNCATED DESERIALIZATION_ERROR",
        "SCHEMA_VALIDATION": "SCHEMA_VALIDATION_FAILED MISSING_REQUIRED_FIELD",
        "TOOL_ERROR": "TOOL_FAILED TOOL_NOT_FOUND TOOL_ARGUMENTS_INVALID MCP_ERROR SKILL_NOT_FOUND",
        "LOOP_LIMIT": "LOOP_LIMIT_EXCEEDED",
        "BUDGET": "BUDGET_EXCEEDED STEP_CEILING_EXCEEDED WORKFLOW_CEILING_EXCEEDED AGENT_BUDGET_EXCEEDED",
        "DB_CONNECTION": "DB_CONNECTION_FAILED",
        "DB_CONTENTION": "DB_CONTENTION",
        "DB_CONSTRAINT": "DB_CONSTRAINT_VIOLATION",
        "DB_QUERY": "DB_QUERY_INVALID",
        "OUT_OF_MEMORY": "OUT_OF_MEMORY",
        "DISK_FULL": "DISK_FULL",
        "FILESYSTEM": "FILE_NOT_FOUND FILE_ACCESS_DENIED FILESYSTEM_ERROR",
        "PROCESS": "PROCESS_FAILED COMMAND_NOT_FOUND",
        "MESSAGING": "BROKER_FAILED REDIS_CONNECTION_FAILED",
        "CODE_BUG": "CODE_BUG",
        "IMPORT": "IMPORT_FAILED",
        "ENCODING": "ENCODING_ERROR",
        "CANCELLED": "CANCELLED WORKFLOW_ABORTED",
        "SANDBOX": "SANDBOX_FAILED SANDBOX_REJECTION",
        "CHECKPOINT": "CHECKPOINT_SAVE_FAILED CHECKPOINT_LOAD_FAILED CHECKPOINT_VERSION_CONFLICT CHECKPOINT_STALE "
        "RESUME_FAILED",
        UNKNOWN: "",
    }.items()
}
"""The codes that answer a family of the labelled failures."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One failure, what it is, and what the catalog says."""

    id: str
    message: str
    family: str
    accepted: frozenset[str]  # family and its acceptable neighbours
    retryable: bool | None  # None where experts differ
    explanation: Explanation

    @property
    def code(self) -> str:
        return self.explanation.match.code

    @property
    def right(self) -> bool:
        if not self.code:
            return UNKNOWN in self.accepted
        return any(self.code in ANSWERS.get(family, ()) for family in self.accepted)


def labelled_failures(path: Path, catalog: Catalog) -> list[Labelled]:
    with path.open(encoding="utf-8") as lines:
        return [_labelled(json.loads(line), catalog) for line in lines]


def _labelled(row: dict[str, Any], catalog: Catalog) -> Labelled:
    observation = Observation(
        error_type=row["error_type"], message=row["message"], attributes=row.get("attributes") or {}
    )
    return Labelled(
        id=row["id"],
        message=row["message"],
        family=row["family"],
        accepted=frozenset({row["family"], *row["also"]}),
        retryable=row["retryable"],
        explanation=catalog.explain(observation),
    )


def own_failures(catalog: Catalog) -> list[Labelled]:
    """What the repository holds: wordings that rules were not written from when they were written down."""
    rows = [(family, *row) for table in (SYSTEMS, THREADS) for family, found in table.items() for row in found]
    rows += [(UNKNOWN, "", message) for message in APPLICATIONS]

    def explained(error_type: str, message: str) -> Explanation:
        return catalog.explain(Observation(error_type=error_type, message=message))

    return [
        Labelled(
            "", message, family, frozenset({family}), None, catalog.explain(Observation("", error_type, "", message))
        )
        for family, error_type, message in rows
    ]


def scores(failures: Sequence[Labelled]) -> Iterator[str]:
    """The four figures that the catalog is held to."""
    known = [failure for failure in failures if failure.family != UNKNOWN]
    unknown = [failure for failure in failures if failure.family == UNKNOWN]
    flagged = [failure for failure in known if failure.retryable is not None]
    yield _share("known families matched", [bool(failure.code) for failure in known], ">= 92")
    yield _share("acceptable code", [bool(failure.code) and failure.right for failure in known], ">= 88")
    if flagged:
        yield _share("retryable right", [f.explanation.match.retryable == f.retryable for f in flagged], ">= 93")
    yield _share("UNKNOWN claimed", [bool(failure.code) for failure in unknown], "<= 6")
    yield _share("UNKNOWN claimed wrongly", [not failure.right for failure in unknown], "<= 6")


def confusion(failures: Sequence[Labelled]) -> Iterator[str]:
    """Which family got which code, where the code is not acceptable."""
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    for failure in failures:
        if not failure.right:
            wrong[failure.family][failure.code or "(nothing)"] += 1
    totals = Counter(failure.family for failure in failures)
    for family in sorted(wrong):
        answers = ", ".join(f"{code} {times}" for code, times in wrong[family].most_common())
        yield f"  {family:<18} {totals[family]:>3}  wrong: {answers}"


def confidences(failures: Sequence[Labelled]) -> Iterator[str]:
    """The share of right verdicts by kind of evidence: the counts that confidence.py holds."""
    cases: dict[EvidenceKind, list[bool]] = defaultdict(list)
    for failure in failures:
        tier = failure.explanation.tier
        if tier is not None:
            cases[evidence_kind(tier, general=failure.explanation.general)].append(failure.right)
    for evidence in EvidenceKind:
        right = cases[evidence]
        yield f"  {evidence:<40} {sum(right):>3} of {len(right):>3} right"


def run() -> list[str]:
    """The report as lines."""
    catalog = Catalog.builtin()
    own = own_failures(catalog)
    first = [f"{len(own)} failures of the repository, catalog {catalog.version}", *scores(own)]
    if not FAILURES.exists():
        return [*first, f"skipped: no labelled failures from outside the repository at {FAILURES}"]
    failures = labelled_failures(FAILURES, catalog)
    return [
        *first,
        f"{len(failures)} labelled failures from outside the repository",
        *scores(failures),
        "confusion (acceptable answers left out)",
        *confusion(failures),
        "right by kind of evidence",
        *confidences(failures),
    ]


def _share(name: str, hits: Sequence[bool], target: str) -> str:
    share = 100 * sum(hits) / len(hits) if hits else 0.0
    return f"{name:<26} {share:5.1f} %  ({sum(hits)} of {len(hits)}, target {target})"


def main() -> None:
    for line in run():
        print(line)
    if importlib.util.find_spec("benchmarks.grouping"):
        print("grouping")
        for line in importlib.import_module("benchmarks.grouping").run() or ():
            print(line)


if __name__ == "__main__":
    main()
