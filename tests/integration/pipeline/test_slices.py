"""Work is done in slices, and the event loop has a look at everything else between them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.pipeline.test_batcher import CountingDisk
from tests.integration.pipeline.test_pipeline import Parts
from tests.support.load import LoadGenerator
from tests.support.otlp import span, traces

from failcat_sidecar import otlp, pipeline
from failcat_sidecar.batcher import CLASSIFIED_BYTES
from failcat_sidecar.dedup import Deduplicator
from failcat_sidecar.export import Export
from failcat_sidecar.extract import Candidate, Extractor
from failcat_sidecar.otlp import Decoded
from failcat_sidecar.otlp.steps import STEP_ITEMS
from failcat_sidecar.pending import SLICE_ITEMS
from failcat_sidecar.spool import Spool

ITEMS = 3 * STEP_ITEMS


class Rounds:
    """Counts, for each round of the event loop, how much of each kind of work was done in it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._round = 0
        self.decoded, self.extracted, self.classified = Counter[int](), Counter[int](), Counter[int]()
        decode_in_steps, candidates, classify = otlp.decode_in_steps, Extractor.candidates, Deduplicator.classify

        def decoding(export: Export) -> Iterator[Decoded]:
            for step in decode_in_steps(export):
                self.decoded[self._round] += 1
                yield step

        def extracting(*arguments: Any) -> Iterator[list[Candidate]]:
            for found in candidates(*arguments):
                self.extracted[self._round] += len(found)
                yield found

        def classifying(deduplicator: Deduplicator, candidates: Any) -> Any:
            self.classified[self._round] += len(candidates)
            return classify(deduplicator, candidates)

        monkeypatch.setattr(pipeline, "decode_in_steps", decoding)
        monkeypatch.setattr(Extractor, "candidates", extracting)
        monkeypatch.setattr(Deduplicator, "classify", classifying)

    async def count(self) -> None:
        while True:
            self._round += 1
            await asyncio.sleep(0)


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    disk = CountingDisk()
    spool = await Spool.open(tmp_path / "spool", max_bytes=1 << 26, reserve_free_bytes=0, disk=disk)
    yield Parts(spool, disk)
    await spool.close()


async def test_between_two_slices_the_event_loop_looks_at_everything_else(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = Rounds(monkeypatch)
    counting = asyncio.create_task(rounds.count())
    await parts.send(LoadGenerator(1).batch(ITEMS))
    counting.cancel()
    assert sum(rounds.extracted.values()) == sum(rounds.classified.values()) == ITEMS
    assert max(rounds.extracted.values()) <= SLICE_ITEMS
    assert max(rounds.classified.values()) <= SLICE_ITEMS
    assert (len(rounds.decoded) > 1, max(rounds.decoded.values())) == (True, 1)


async def test_long_texts_end_a_slice_of_classification(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = Rounds(monkeypatch)
    counting = asyncio.create_task(rounds.count())
    size = CLASSIFIED_BYTES // 4
    await parts.consume(traces(*(span(number, message="it is " * (size // 6)) for number in range(1, SLICE_ITEMS))))
    counting.cancel()
    assert sum(rounds.classified.values()) == SLICE_ITEMS - 1
    assert max(rounds.classified.values()) <= 5


async def test_requests_that_arrive_in_successive_rounds_share_a_batch(parts: Parts) -> None:
    """As connections are read: one more with each round of the event loop."""
    assert isinstance(parts.disk, CountingDisk)
    await parts.send(LoadGenerator(1).batch(5))
    before = parts.disk.syncs

    async def send_after(rounds: int) -> None:
        for _ in range(rounds):
            await asyncio.sleep(0)
        await parts.send(LoadGenerator(2 + rounds).batch(5))

    await asyncio.gather(*map(send_after, range(8)))
    assert parts.disk.syncs - before == 1
    assert len(await parts.stored(45)) == 45
