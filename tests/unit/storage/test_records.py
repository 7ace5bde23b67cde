"""Records through the spool's encoding, also as releases before wrote them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.support.failures import Failures

from failcat_core import records
from failcat_core.records import FailureRecord
from failcat_storage.rows import FAILURES

CONTEXT = {"attributes": {"http.request.method": "GET", "text": "ß\n\t\\", "share": 0.5}, "truncated": ["message"]}


def through_the_spool(record: FailureRecord) -> FailureRecord:
    (decoded,) = records.decode(records.encode([record]))
    assert isinstance(decoded, FailureRecord)
    return decoded


@pytest.mark.parametrize("context", [CONTEXT, {}])
def test_a_context_that_an_older_spool_holds_as_a_map_becomes_the_same_row(context: dict[str, Any]) -> None:
    new = Failures().one(context=msgspec.json.encode(context).decode())
    old = msgspec.structs.replace(new, context=context)
    assert FAILURES.rows([through_the_spool(old)]) == FAILURES.rows([through_the_spool(new)])
    assert through_the_spool(old).context_values() == through_the_spool(new).context_values() == context


def test_a_number_that_json_does_not_have_is_null() -> None:
    old = through_the_spool(Failures().one(context={"attributes": {"share": float("nan")}}))
    assert '{"attributes":{"share":null}}' in FAILURES.rows([old])[0]


@pytest.mark.parametrize("text", ["{", "[]", "null", "[" * 100_000])
def test_a_context_that_is_no_object_cannot_be_decoded(text: str) -> None:
    with pytest.raises(records.UNDECODABLE):
        Failures().one(context=text).context_values()
