"""Which row a sender means by an id, and where an outcome waits for it."""

from __future__ import annotations

import pytest

from failcat_catalog.identity import failure_id, id_of_tenant
from failcat_storage.tenants import MAX_ALIASES, Holders, Reference

ID = failure_id(1_794_000_000_000_000_000, b"t" * 16, b"s" * 8, 0)
ACME = Reference(ID, "acme", "acme")
GATEWAY = Reference(ID, None, "")  # a token without a tenant, and no attribute that names one
NO_TOKENS = Reference(ID, "acme", None)
FIRST, SECOND, THIRD, FOURTH = ACME.candidates
GATEWAYS = GATEWAY.candidates[1]

TABLE: dict[str, tuple[Reference, Holders, bytes | None, bytes]] = {  # the row, and the key of an outcome
    "nothing is there": (ACME, {}, None, SECOND),
    "its own": (ACME, {FIRST: "acme"}, FIRST, FIRST),
    "another's": (ACME, {FIRST: "evil"}, None, SECOND),
    "of no tenant": (ACME, {FIRST: None}, None, SECOND),
    "another's, and its own": (ACME, {FIRST: "evil", SECOND: "acme"}, SECOND, SECOND),
    "a second id was taken": (ACME, {FIRST: "evil", SECOND: "evil"}, None, THIRD),
    "taken while an outcome waits": (ACME, {SECOND: "evil"}, None, THIRD),
    "all are taken": (ACME, dict.fromkeys(ACME.candidates, "evil"), None, FOURTH),
    "a gateway: nothing is there": (GATEWAY, {}, None, FIRST),
    "a gateway may speak of a tenant's": (GATEWAY, {FIRST: "acme"}, FIRST, FIRST),
    "a gateway's own comes first": (GATEWAY, {FIRST: "evil", GATEWAYS: None}, GATEWAYS, GATEWAYS),
    "without tokens": (NO_TOKENS, {FIRST: "evil"}, None, FIRST),
}


@pytest.mark.parametrize("case", TABLE)
def test_what_an_id_means(case: str) -> None:
    reference, holders, row, key = TABLE[case]
    assert (reference.row(holders), reference.outcome_key(holders)) == (row, key)


def test_second_ids_are_of_the_same_millisecond_and_of_one_tenant() -> None:
    assert len(set(ACME.candidates)) == MAX_ALIASES + 1
    assert {each[:6] for each in ACME.candidates} == {ID[:6]}
    assert all(each[6] >> 4 == 7 and each[8] >> 6 == 2 for each in ACME.candidates), "version 7, RFC 9562"
    assert id_of_tenant(ID, "evil") not in ACME.candidates
    assert NO_TOKENS.candidates == [ID]
