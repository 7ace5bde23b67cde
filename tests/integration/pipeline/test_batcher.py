"""Requests that share a batch: one write for all, and an error of one request fails that request alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from tests.integration.pipeline.test_pipeline import BreakingDisk, Parts
from tests.support.load import Batch, LoadGenerator
from tests.support.otlp import UNSET, decoded, span, traces

from failcat_core.records import FailureRecord
from failcat_sidecar import pending
from failcat_sidecar.dedup import Joiner
from failcat_sidecar.errors import RetryableError
from failcat_sidecar.extract import Candidate, Extractor
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.otlp import Item
from failcat_sidecar.spool import Spool

OUTCOME = {
    "failcat.recovery.failure_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "failcat.recovery.mode": "FALLBACK",
    "failcat.recovery.succeeded": True,
}


class CountingDisk(BreakingDisk):
    """Counts syncs."""

    syncs = 0

    def sync(self, descriptor: int) -> None:
        super().sync(descriptor)
        self.syncs += 1


class FaultyExtractor(Extractor):
    """Has a bug that shows in requests of seven suspects."""

    def candidates(
        self,
        suspects: Iterable[Item],
        tenant_id: str | None,
        invalid: InvalidRecoveries,
        now_unix_nano: int | None = None,
    ) -> Iterator[list[Candidate]]:
        if isinstance(suspects, Sequence) and len(suspects) == 7:
            raise ZeroDivisionError
        return super().candidates(suspects, tenant_id, invalid, now_unix_nano)


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    disk = CountingDisk()
    spool = await Spool.open(tmp_path / "spool", max_bytes=1 << 26, reserve_free_bytes=0, disk=disk)
    yield Parts(spool, disk, FaultyExtractor())
    await spool.close()


def modes(*names: str) -> bytes:
    """A request of recovery outcomes; HOPE is no mode."""
    return traces(
        *(span(n, status=UNSET, attributes={**OUTCOME, "failcat.recovery.mode": m}) for n, m in enumerate(names, 1))
    )


async def test_requests_that_come_together_share_a_sync(parts: Parts) -> None:
    assert isinstance(parts.disk, CountingDisk)
    await parts.send(LoadGenerator(1).batch(5))
    before = parts.disk.syncs
    await asyncio.gather(*(parts.send(LoadGenerator(seed).batch(5)) for seed in range(2, 10)))
    assert parts.disk.syncs - before == 1
    assert len(await parts.stored(45)) == 45


async def test_a_fault_of_ours_costs_only_the_request_that_it_shows_in(parts: Parts) -> None:
    sizes: Sequence[int] = (5, 7, 6)
    sending = (parts.send(LoadGenerator(size).batch(size)) for size in sizes)
    results = await asyncio.gather(*sending, return_exceptions=True)
    assert [isinstance(result, ZeroDivisionError) for result in results] == [False, True, False]
    assert len(await parts.stored(11)) == 11
    assert parts.metric("failcat_received_spans_total", transport="http", outcome="failed") == 7


@pytest.mark.parametrize("child_first", [True, False])
async def test_a_child_and_its_parent_that_share_a_batch_are_one_failure(parts: Parts, child_first: bool) -> None:
    child, parent = LoadGenerator(2).chain()
    await asyncio.gather(*(parts.send(batch) for batch in ((child, parent) if child_first else (parent, child))))
    reports = [record for record in await parts.stored(2) if isinstance(record, FailureRecord)]
    (joined,) = Joiner(parts.deduplicator.catalog)(reports)
    assert joined.row.span_id and joined.row.span_id.hex() == child.failures[0][1]
    assert parts.metric("failure_propagated_total") == 1


async def test_requests_of_two_tenants_share_no_batch(parts: Parts) -> None:
    """Whoever knows the ids of another tenant's span could make its failure his own."""
    child, parent = LoadGenerator(2).chain()
    await asyncio.gather(parts.consume(child.body, "acme"), parts.consume(parent.body, "evil"))
    records = await parts.stored(2)
    assert [record.tenant_id for record in records if isinstance(record, FailureRecord)] == ["acme", "evil"]


async def test_a_tenant_that_sends_much_lets_others_in_between(parts: Parts) -> None:
    """A tenant's request waits for one batch of each other tenant at most."""
    flood = [parts.consume(LoadGenerator(seed).batch(40).body, "busy") for seed in range(20)]
    modest = [parts.consume(LoadGenerator(seed).batch(40).body, "modest") for seed in (30, 31)]
    await asyncio.gather(*flood, *modest)
    records = await parts.stored(22 * 40)
    order = [record.tenant_id for record in records if isinstance(record, FailureRecord)][::40]
    assert order == ["busy", "modest", "busy", "modest", *["busy"] * 18]


async def test_a_failure_that_two_requests_of_a_batch_bring_is_one(parts: Parts) -> None:
    batch = LoadGenerator(3).batch(5)
    await asyncio.gather(parts.send(batch), parts.send(batch))
    assert len(await parts.stored(5)) == 5
    assert parts.metric("failcat_duplicate_failures_total") == 5


async def test_each_sender_is_told_of_its_own_invalid_outcomes_and_they_are_counted(parts: Parts) -> None:
    hopeful, valid = await asyncio.gather(
        parts.consume(modes("HOPE", "PRAYER", "FALLBACK")), parts.consume(modes("FALLBACK"))
    )
    assert hopeful.rejected == 2
    assert hopeful.message.startswith("2 recovery outcomes are not valid and not stored: ")
    assert "failcat.recovery.mode must be one of" in hopeful.message
    assert (valid.rejected, valid.message) == (0, "")
    assert parts.metric("failcat_recoveries_invalid_total", reason="mode") == 2


async def test_invalid_outcomes_of_a_refused_request_are_not_counted_because_they_come_again(parts: Parts) -> None:
    parts.disk.broken = True
    with pytest.raises(RetryableError):
        await parts.consume(modes("HOPE", "FALLBACK"))
    assert parts.metric("failcat_recoveries_invalid_total", reason="mode") == 0


@pytest.mark.parametrize("limit", ["CANDIDATES", "BYTES", "SECONDS"])
async def test_a_request_beyond_the_budget_takes_several_batches_and_others_are_served_between(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(pending.ExtractionBudget, limit, 1e-9 if limit == "SECONDS" else 1)
    costly, small = LoadGenerator(1).batch(100), LoadGenerator(2).batch(1)
    answered: list[str] = []

    async def send(name: str, batch: Batch) -> None:
        await parts.send(batch)
        answered.append(name)

    await asyncio.gather(send("costly", costly), send("small", small))
    assert answered == ["small", "costly"]
    assert len(await parts.stored(101)) == 101
    assert parts.metric("failcat_duplicate_failures_total") == 0


async def test_what_is_begun_of_a_request_goes_on_behind_others(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a costly one, which is rarely the first of its batch, would begin anew for ever."""
    monkeypatch.setattr(pending.ExtractionBudget, "CANDIDATES", 1)
    loop, extractor = asyncio.get_running_loop(), Extractor(keep_contents=False, has_tokens=False)
    suspects = [decoded(LoadGenerator(seed).batch(size).body).suspects for seed, size in ((1, 1), (2, 100))]
    small, costly = (pending.PendingRequest(items, None, loop.create_future()) for items in suspects)
    extracted = costly.extract(extractor, pending.ExtractionBudget())  # not stored: as if by an earlier batch
    begun = costly.candidates
    await parts.batcher.process([small, costly])
    assert costly.candidates is begun
    await parts.send(LoadGenerator(3).batch(1))  # starts the queue, to which it has returned
    async with asyncio.timeout(30):
        await asyncio.gather(small.durable, costly.durable)
    assert len(await parts.stored(102 - len(extracted))) == 102 - len(extracted)


async def test_a_request_that_does_not_fit_into_a_shared_batch_is_processed_in_later_ones(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending.ExtractionBudget, "CANDIDATES", pending.SLICE_ITEMS + 1)
    batches = [LoadGenerator(seed).batch(pending.SLICE_ITEMS) for seed in (1, 2, 3)]
    await asyncio.gather(*map(parts.send, batches))
    assert len(await parts.stored(3 * pending.SLICE_ITEMS)) == 3 * pending.SLICE_ITEMS
    assert parts.metric("failcat_duplicate_failures_total") == 0


async def test_the_rest_of_a_request_is_not_processed_when_its_beginning_could_not_be_stored(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending.ExtractionBudget, "CANDIDATES", 1)
    batch = LoadGenerator(1).batch(100)
    parts.disk.broken = True
    with pytest.raises(RetryableError):
        await parts.send(batch)
    parts.disk.broken = False
    await parts.send(batch)
    assert len(await parts.stored(100)) == 100
