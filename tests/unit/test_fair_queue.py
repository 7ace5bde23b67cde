"""The order in which tenants' entries leave."""

from __future__ import annotations

import pytest

from failcat_sidecar.fair_queue import FairQueue


@pytest.mark.parametrize(
    ("entries", "taken"),
    [
        ("a1 a2 a3", ["a1 a2 a3"]),
        ("a4 a4 a4", ["a4 a4", "a4"]),
        ("a9 a1", ["a9", "a1"]),
        ("a1 a9 a1", ["a1", "a9", "a1"]),
        ("a8 a8 a8 b1 b2 a8", ["a8", "b1 b2", "a8", "a8", "a8"]),
        ("a8 b8 a8 c1 b8", ["a8", "b8", "c1", "a8", "b8"]),
    ],
)
def test_tenants_take_turns(entries: str, taken: list[str]) -> None:
    """An entry is its tenant and its size; at most 8 are taken at once."""
    queue: FairQueue[str] = FairQueue()
    for entry in entries.split():
        queue.put(entry[0], entry, int(entry[1:]))
    got = []
    while queue:
        got.append(" ".join(queue.take(8)))
    assert (got, queue.size) == (taken, 0)


def test_what_is_put_back_leaves_before_what_its_tenant_has_else() -> None:
    queue: FairQueue[str] = FairQueue()
    for entry in ("a1", "a2", "b1", "a3"):
        queue.put(entry[0], entry, 4)
    first, second = queue.take(8)
    for entry in (second, first):
        queue.put_back("a", entry, 4)
    assert [queue.take(8) for _ in range(3)] == [["b1"], ["a1", "a2"], ["a3"]]


def test_tenant_that_comes_again_waits_behind_those_that_wait() -> None:
    queue: FairQueue[str] = FairQueue()
    for tenant in ("a", "b", "c"):
        queue.put(tenant, tenant, 1)
    assert queue.take(8) == ["a"]
    queue.put("a", "a again", 1)
    assert [queue.take(8) for _ in range(3)] == [["b"], ["c"], ["a again"]]
