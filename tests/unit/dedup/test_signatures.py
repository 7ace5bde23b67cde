"""A row's signature: that of its code and its stored message, whoever computes it."""

from __future__ import annotations

import pytest
from tests.support.otlp import exception, failures, span

from failcat_catalog.signature import signature, signature_of_redacted
from failcat_catalog.text import CUT_MARK, MAX_MESSAGE_BYTES
from failcat_core.grouping import signature_of_failure
from failcat_core.records import FailureRecord
from failcat_sidecar.dedup import Deduplicator

FRAMES = "Traceback (most recent call last):\n" + '  File "/a.py", line 3, in f\n' * 1_000
RAISED = 'ValueError: api_key="Invalid'


def stored(deduplicator: Deduplicator, message: str) -> FailureRecord:
    made = span(events=(exception("ValueError", message),), message=message)
    (record,) = deduplicator.deduplicate(failures(made)).records
    assert isinstance(record, FailureRecord)
    return record


@pytest.mark.parametrize("message", ["connect to 10.0.0.1:5432 failed", "password=hunter2 is wrong"])
def test_a_row_has_the_signature_of_its_message(deduplicator: Deduplicator, message: str) -> None:
    row = stored(deduplicator, message)
    assert row.signature == signature(row.error_code, row.error_message or "")


def test_without_a_message_a_row_has_the_signature_of_its_place(deduplicator: Deduplicator) -> None:
    def row(name: str, number: int) -> FailureRecord:
        made = span(number, trace=number, name=name, attributes={"http.response.status_code": 500})
        (record,) = deduplicator.deduplicate(failures(made)).records
        assert isinstance(record, FailureRecord)
        return record

    one, same, other = row("GET /orders/1", 1), row("GET /orders/2", 2), row("GET /carts/1", 3)
    assert one.error_message is None
    assert one.signature == same.signature != other.signature
    assert one.signature == signature_of_failure(one.error_code, None, one.service_name, one.context_values())


def test_a_cut_that_leaves_what_reads_as_a_secret_does_not_split_a_group(deduplicator: Deduplicator) -> None:
    """Cut inside its value, `api_key="Invalid token."` has no blank any more and is taken for a token."""
    room = MAX_MESSAGE_BYTES - len(CUT_MARK.encode()) - len(RAISED) - 1
    row = stored(deduplicator, FRAMES[:room] + "\n" + RAISED + ' token."' + "x" * MAX_MESSAGE_BYTES)
    message = row.error_message or ""
    assert message.endswith(RAISED + CUT_MARK)
    assert signature_of_redacted(row.error_code, message) != signature(row.error_code, message)
    assert row.signature == signature(row.error_code, message)
