"""Micro-batching. Requests that arrive within a few event-loop rounds are processed as one batch: classified while CPU
caches are warm, deduplicated together, made durable by one write and one fsync."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from copy import copy
from functools import partial

from failcat_core.failpoints import failpoint
from failcat_core.records import encode
from failcat_sidecar.dedup import Classified, Deduplicated, Deduplicator, Matcher
from failcat_sidecar.extract import Candidate, Extractor, Failure
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.fair_queue import FairQueue
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.otlp import Item
from failcat_sidecar.pending import SLICE_ITEMS, ExtractionBudget, PendingRequest
from failcat_sidecar.spool import Spool

BATCH_ITEMS = 64  # a batch takes requests up to this many suspects, or one that has more
CLASSIFIED_BYTES = 32 << 10  # of messages and contexts, which end a slice of classification
QUIET_ROUNDS = 2  # event-loop rounds without a new request, after which a batch starts
MAX_ROUNDS = 20  # after which it starts in any case


class RequestBatcher:
    """From suspects to durable records: extract, classify, deduplicate, spool. A batch holds requests of one tenant;
    tenants alternate, and the requests of a tenant keep their order."""

    def __init__(self, extractor: Extractor, deduplicator: Deduplicator, spool: Spool, metrics: Metrics) -> None:
        self._extractor = extractor
        self._deduplicator = deduplicator
        self._spool = spool
        self._metrics = metrics
        self._queue: FairQueue[PendingRequest] = FairQueue()
        self._submitted = 0  # ever
        self._running: asyncio.Task[None] | None = None
        # One batch at a time: other tasks, the writer above all, wait for one slice and not for one of each request.
        self._processing = asyncio.Lock()

    def submit(self, suspects: Sequence[Item], tenant_id: str | None) -> asyncio.Future[InvalidRecoveries]:
        """A future that is done when all failures and recovery outcomes among the suspects are durable; its result is
        the outcomes that are not valid. `tenant_id` is the connection's."""
        request = PendingRequest(suspects, tenant_id, asyncio.get_running_loop().create_future())
        self._enqueue(request)
        return request.durable

    async def use_catalog(self, match: Matcher, catalog_version: str) -> None:
        """Takes effect between two batches, because a row names the catalog that classified it."""
        async with self._processing:
            self._deduplicator.use_catalog(match, catalog_version)

    def _enqueue(self, request: PendingRequest) -> None:
        self._queue.put(request.tenant_id, request, len(request.suspects))
        self._submitted += 1
        if self._running is None:
            self._running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        """Processes batches until the queue is empty."""
        while self._queue:
            await self._gather()
            async with self._processing:
                await self.process(self._next_batch())
        self._running = None

    async def _gather(self) -> None:
        """Gives requests that are being read a moment to arrive."""
        quiet = 0
        for _ in range(MAX_ROUNDS):
            if quiet == QUIET_ROUNDS or self._queue.size >= BATCH_ITEMS:
                return
            submitted = self._submitted
            await asyncio.sleep(0)
            quiet = quiet + 1 if submitted == self._submitted else 0

    def _next_batch(self) -> list[PendingRequest]:
        return [request for request in self._queue.take(BATCH_ITEMS) if not request.is_abandoned]

    async def process(self, batch: Sequence[PendingRequest]) -> None:
        """Extracts, classifies and deduplicates one batch and queues its records in the spool. After an error each
        request is processed alone, so that a fault of ours costs only the request that causes it."""
        try:
            batch, candidates = await self._extract(batch)
            self._store(batch, await self._classify(candidates))
        except Exception as error:
            if len(batch) == 1:
                batch[0].complete(error)
                return
            for request in batch:
                request.restart()
                await self.process([request])

    async def _extract(self, batch: Sequence[PendingRequest]) -> tuple[Sequence[PendingRequest], list[Candidate]]:
        """The requests that fit into the budget, and their candidates; of the last one perhaps only a part. The others
        return to the queue, not begun: what is begun goes on, or a large request would begin anew for ever. Each step
        runs for the whole batch before the next one: its code stays in the CPU caches. Yields to the event loop between
        the slices of a request."""
        budget = ExtractionBudget()
        candidates: list[Candidate] = []
        for place, request in enumerate(batch):
            if place and budget.is_spent:
                self._put_back(batch[place:])
                return batch[:place], candidates
            candidates += request.extract(self._extractor, budget)
            while not request.is_extracted and not budget.is_spent:
                await asyncio.sleep(0)
                candidates += request.extract(self._extractor, budget)
        return batch, candidates

    def _put_back(self, requests: Sequence[PendingRequest]) -> None:
        for request in reversed(requests):
            self._queue.put_back(request.tenant_id, request, len(request.suspects))

    async def _classify(self, candidates: Sequence[Candidate]) -> list[Classified]:
        classified: list[Classified] = []
        for part in _slices(candidates):
            if classified:
                await asyncio.sleep(0)
            classified += self._deduplicator.classify(part)
        return classified

    def _store(self, batch: Sequence[PendingRequest], classified: Sequence[Classified]) -> None:
        """Nothing is awaited between the decision and the queueing: the spool's order is the order in which the memory
        of recent failures changed, so that a failed write takes along every batch that built on what is undone."""
        deduplicated = self._deduplicator.decide(classified)
        rollback = partial(self._deduplicator.rollback, deduplicated)
        failpoint("pipeline.deduplicated")
        records = deduplicated.records
        try:
            payload = encode(records) if records else b""
        except Exception:
            rollback()
            raise
        durable = self._spool.enqueue(payload, len(records), rollback)
        durable.add_done_callback(lambda _: self._complete(batch, deduplicated, durable.exception()))

    def _complete(
        self, batch: Sequence[PendingRequest], deduplicated: Deduplicated, error: BaseException | None
    ) -> None:
        if error is None:
            self._count(deduplicated)
        for request in batch:
            if error is not None or request.is_extracted:
                request.complete(copy(error) if error else None)
            elif not request.durable.done():
                self._enqueue(request)  # the rest is processed in a later batch

    def _count(self, deduplicated: Deduplicated) -> None:
        self._metrics.failures_accepted(deduplicated.hits, deduplicated.misses)
        self._metrics.failures_ignored(deduplicated.ignored)
        if deduplicated.propagated:
            self._metrics.failures_propagated(deduplicated.propagated)
        if deduplicated.duplicates:
            self._metrics.failures_duplicated(deduplicated.duplicates)
        if deduplicated.losses:
            self._metrics.failures_lost(deduplicated.losses)
        for recovery in deduplicated.recoveries:
            self._metrics.recovery_accepted(recovery.mode, recovery.error_code or "UNKNOWN_ERROR", recovery.succeeded)


def _slices(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Parts of at most SLICE_ITEMS, which end where CLASSIFIED_BYTES are reached."""
    part: list[Candidate] = []
    size = 0
    for candidate in candidates:
        part.append(candidate)
        if isinstance(candidate, Failure):
            size += len(candidate.observation.message) + len(candidate.context_json)
        if len(part) == SLICE_ITEMS or size >= CLASSIFIED_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part
