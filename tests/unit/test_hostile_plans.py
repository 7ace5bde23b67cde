"""The generator of hostile requests: every plan is a request that a sidecar looks at."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from benchmarks.prove import rendering
from benchmarks.prove.rendering import rendered
from benchmarks.prove.shapes import Items, Plan, Scopes, Senders, known_kinds, mutated

from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.export import Encoding, Export, Signal, Transport
from failcat_sidecar.otlp import decode


def test_plans_and_their_mutations_fit_into_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MAX_BYTES", 200_000)
    monkeypatch.setattr(rendering, "MAX_JSON_BYTES", 100_000)
    dice, plans = random.Random(1), known_kinds()
    for _ in range(200):
        plans.append(mutated(dice.choice(plans), dice))
    for plan in plans:
        body = rendered(plan)
        assert len(body) <= (100_000 if plan.is_json else 200_000), str(plan)
        encoding = Encoding.JSON if plan.is_json else Encoding.PROTOBUF
        signal = Signal.LOGS if plan.is_logs else Signal.TRACES
        with suppress(InvalidPayload):
            decode(Export(signal, encoding, Transport.HTTP, body))


@pytest.mark.parametrize("is_json", [False, True])
@pytest.mark.parametrize("is_logs", [False, True])
def test_a_plan_is_the_request_that_it_says(is_json: bool, is_logs: bool) -> None:
    plan = Plan([Senders(scopes=[Scopes(2, items=[Items(3)])])], is_json, is_logs)
    encoding = Encoding.JSON if is_json else Encoding.PROTOBUF
    signal = Signal.LOGS if is_logs else Signal.TRACES
    found = decode(Export(signal, encoding, Transport.HTTP, rendered(plan)))
    assert (found.spans + found.log_records, len(found.suspects), found.rejected) == (6, 6, 0)
