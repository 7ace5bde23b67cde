"""Extraction in steps: each kind of work is done for a group of items before the next kind."""

from __future__ import annotations

from tests.support.otlp import START_NS, decoded, span, span_id, traces

from failcat_sidecar.extract import Extractor, Failure
from failcat_sidecar.extract.invalid import InvalidRecoveries


def test_each_item_is_a_step_of_each_pass_and_the_last_finds_the_failures_in_order() -> None:
    whole, rest = Extractor.GROUP_ITEMS, 2
    suspects = decoded(traces(*(span(number) for number in range(1, whole + rest + 1)))).suspects
    steps = list(Extractor().candidates(suspects, None, InvalidRecoveries(), START_NS))
    before = Extractor.STEPS - 1
    passes = [0] * before * whole + [1] * whole + [0] * before * rest + [1] * rest
    assert [len(found) for found in steps] == passes
    found = [each.span_id for step in steps for each in step if isinstance(each, Failure)]
    assert found == [span_id(number) for number in range(1, whole + rest + 1)]
