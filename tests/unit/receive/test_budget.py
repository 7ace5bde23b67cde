"""The budget of bytes in flight."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_sidecar.errors import RetryableError
from failcat_sidecar.receive.budget import ByteBudget


@given(max_bytes=st.integers(0, 100), leases=st.lists(st.lists(st.integers(0, 60), max_size=5), max_size=5))
def test_budget_is_never_exceeded_and_always_given_back(max_bytes, leases):
    budget = ByteBudget(max_bytes)
    for sizes in leases:
        with budget.lease() as outer, budget.lease() as inner:
            for size in sizes:
                for change in (outer.grow, inner.resize):
                    with suppress(RetryableError):
                        change(size)
                    assert 0 <= budget.leased_bytes <= max_bytes
        assert budget.leased_bytes == 0


def test_budget_can_be_used_up_to_the_last_byte():
    budget = ByteBudget(10)
    with budget.lease() as lease:
        lease.grow(10)
        with pytest.raises(RetryableError):
            lease.grow(1)
        lease.resize(4)
        lease.grow(6)


def test_lease_is_given_back_when_its_request_fails():
    budget = ByteBudget(10)
    with pytest.raises(ValueError), budget.lease() as lease:
        lease.grow(10)
        raise ValueError
    assert budget.leased_bytes == 0
