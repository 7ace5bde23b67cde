"""A report of a batch while it is deduplicated."""

from __future__ import annotations

import msgspec

from failcat_catalog.types import Match
from failcat_core.records import FailureRecord
from failcat_sidecar.dedup.best import Matcher, report_record
from failcat_sidecar.dedup.evidence import ReportEvidence, evidence_of_observed
from failcat_sidecar.extract import Failure


class Member(msgspec.Struct, gc=False, eq=False):
    """One failing span or log record, classified."""

    record: FailureRecord
    evidence: ReportEvidence
    ignored_by: str = ""  # the operator's rule that says that this is no failure


def member_of(failure: Failure, match: Match, signature: str, matcher: Matcher, catalog_version: str) -> Member:
    record = report_record(failure, match, signature, matcher, catalog_version)
    return Member(record, evidence_of_observed(record, failure.context, failure.observation), match.ignored_by)
