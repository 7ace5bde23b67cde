"""The budget of bytes in flight."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_sidecar.errors import RetryableError
from failcat_sidecar.receive import budget as module
from failcat_sidecar.receive.budget import Busy, ByteBudget, Displaced, Lease, Share


class Unfinished:
    """A request of one connection that is still being received."""

    def __init__(self, budget: ByteBudget, held_bytes: int, tenant_id: str | None = None) -> None:
        self.told = 0
        self.lease = budget.lease(Share(), budget.tenant(tenant_id), self._displaced)
        self.lease.grow(held_bytes)

    def _displaced(self) -> None:
        self.told += 1


def finished(budget: ByteBudget, held_bytes: int, tenant_id: str | None = None) -> Lease:
    lease = budget.lease(tenant=budget.tenant(tenant_id))
    lease.grow(held_bytes)
    return lease


@given(
    max_bytes=st.integers(0, 100),
    leases=st.lists(st.tuples(st.lists(st.integers(0, 60), max_size=5), st.sampled_from([None, "a", "b"])), max_size=6),
)
def test_budget_is_never_exceeded_and_always_given_back(
    max_bytes: int, leases: list[tuple[list[int], str | None]]
) -> None:
    budget = ByteBudget(max_bytes)
    with ExitStack() as stack:
        for sizes, tenant_id in leases:
            outer = stack.enter_context(budget.lease(Share(), budget.tenant(tenant_id), lambda: None))
            inner = stack.enter_context(budget.lease(outer.connection, budget.tenant(tenant_id)))
            for size in sizes:
                for change in (outer.grow, inner.resize):
                    with suppress(RetryableError):
                        change(size)
                    assert 0 <= budget.leased_bytes <= max_bytes
    assert budget.leased_bytes == 0


def test_one_connection_gets_three_quarters_and_others_the_rest() -> None:
    budget = ByteBudget(100)
    connection = Share()
    with budget.lease(connection) as one, budget.lease(connection) as two, budget.lease() as other:
        one.grow(70)
        two.grow(5)
        with pytest.raises(Busy):
            two.grow(1)
        other.grow(25)
        one.resize(0)
        two.grow(70)


def test_lease_is_given_back_when_its_request_fails() -> None:
    budget = ByteBudget(10)
    with pytest.raises(ValueError), budget.lease() as lease:
        lease.grow(5)
        raise ValueError
    assert budget.leased_bytes == 0


def test_unfinished_request_gives_way_to_one_that_holds_less() -> None:
    budget = ByteBudget(100)
    small, large = Unfinished(budget, 40), Unfinished(budget, 60)
    newcomer = finished(budget, 10)
    assert (large.told, small.told, budget.leased_bytes, newcomer.held_bytes) == (1, 0, 50, 10)
    uses: tuple[Callable[[], None], ...] = (lambda: large.lease.grow(1), large.lease.finished)
    for use in uses:
        with pytest.raises(Displaced):
            use()
    with large.lease:
        pass  # gives nothing back a second time
    assert budget.leased_bytes == 50


def test_many_small_unfinished_requests_give_way_to_a_large_one_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = ByteBudget(100)
    stalled = [Unfinished(budget, 1) for _ in range(100)]
    with pytest.raises(Busy):
        finished(budget, 30)
    assert not any(each.told for each in stalled)
    monkeypatch.setattr(module, "GRACE_SECONDS", 0)
    finished(budget, 30)
    assert [each.told for each in stalled] == [1] * 30 + [0] * 70  # the oldest first


def test_finished_request_and_its_own_connection_give_way_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE_SECONDS", 0)
    budget = ByteBudget(100)
    one = Unfinished(budget, 60)
    with pytest.raises(Busy):
        budget.lease(one.lease.connection).grow(41)
    one.lease.finished()
    with pytest.raises(Busy):
        finished(budget, 41)
    assert (one.told, budget.leased_bytes) == (0, 60)


def test_tenant_leaves_room_to_others_whatever_it_sends() -> None:
    budget = ByteBudget(1_000)
    with suppress(Busy):
        while True:
            finished(budget, 10, "greedy")
    assert budget.leased_bytes == 750
    with suppress(Busy):
        while True:
            finished(budget, 10, "another")
    assert budget.leased_bytes == 930  # 180: three times the 70 that are left
    finished(budget, 50, "modest")


def test_tenant_displaces_its_own_unfinished_requests_when_its_share_is_used_up() -> None:
    budget = ByteBudget(1_000)
    others = Unfinished(budget, 200, "other")
    own = Unfinished(budget, 600, "greedy")
    finished(budget, 100, "greedy")
    assert (own.told, others.told) == (1, 0)


def test_requests_of_nobody_in_particular_share_everything() -> None:
    budget = ByteBudget(100)
    finished(budget, 60)
    finished(budget, 40)
    assert budget.leased_bytes == 100
