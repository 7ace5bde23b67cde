"""Requests take turns, and those that come at about the same time share one: classified one after the other while code
and data are in the processor's caches, and made durable by one write and one sync."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from failcat_sidecar.collapse import Classified, Collapsed, Collapser, Matcher
from failcat_sidecar.extract import Extractor
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.otlp import Item
from failcat_sidecar.spool import Spool
from failcat_storage.failpoints import failpoint
from failcat_storage.records import encode

TURN_ITEMS = 64  # a turn takes more requests up to so many suspects, or one that has more
# Worked on between two looks at everything else, 1 to 2 ms. The writer needs some thirty looks for a transaction: with
# slices of 64 it fell behind intake by half.
SLICE_ITEMS = 16
QUIET_ROUNDS = 2  # of the event loop without another request, until a turn begins
MAX_ROUNDS = 20  # that it waits in any case


@dataclass(eq=False, slots=True)
class Work:
    """What one request brings to a turn."""

    suspects: Sequence[Item]
    tenant_id: str | None
    invalid: InvalidRecoveries  # is added to
    durable: asyncio.Future[None]  # done when all that came of it is

    def finish(self, error: BaseException | None = None) -> None:
        if self.durable.done():  # cancelled: the client went away, which undoes nothing
            return
        if error:
            self.durable.set_exception(error)
        else:
            self.durable.set_result(None)


class Turns:
    """From suspects to durable records, in the order in which they came: extract, classify, collapse, spool."""

    def __init__(self, extractor: Extractor, collapser: Collapser, spool: Spool, metrics: Metrics) -> None:
        self._extractor = extractor
        self._collapser = collapser
        self._spool = spool
        self._metrics = metrics
        self._waiting: deque[Work] = deque()
        self._waiting_items = 0
        self._arrived = 0  # ever
        self._serving: asyncio.Task[None] | None = None
        # While a turn is taken, whatever else waits for the event loop, the writer above all, waits for one slice and
        # not for a slice of each request.
        self._turn = asyncio.Lock()

    def take(self, suspects: Sequence[Item], tenant_id: str | None, invalid: InvalidRecoveries) -> asyncio.Future[None]:
        """Done when all failures and recovery outcomes among the suspects are durable. Invalid outcomes are known
        then, too."""
        work = Work(suspects, tenant_id, invalid, asyncio.get_running_loop().create_future())
        self._waiting.append(work)
        self._waiting_items += len(suspects)
        self._arrived += 1
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())
        return work.durable

    async def use_catalog(self, match: Matcher, catalog_version: str) -> None:
        """Between two turns, because a row names the catalog that classified it."""
        async with self._turn:
            self._collapser.use_catalog(match, catalog_version)

    async def _serve(self) -> None:
        """Until nobody waits."""
        while self._waiting:
            await self._company()
            async with self._turn:
                await self._process(self._next())
        self._serving = None

    async def _company(self) -> None:
        """Waits a moment for requests that are just being read."""
        quiet = 0
        for _ in range(MAX_ROUNDS):
            if quiet == QUIET_ROUNDS or self._waiting_items >= TURN_ITEMS:
                return
            arrived = self._arrived
            await asyncio.sleep(0)
            quiet = quiet + 1 if arrived == self._arrived else 0

    def _next(self) -> list[Work]:
        """Those that share the next turn."""
        taken = [self._waiting.popleft()]
        items = len(taken[0].suspects)
        while self._waiting and items + len(self._waiting[0].suspects) <= TURN_ITEMS:
            taken.append(self._waiting.popleft())
            items += len(taken[-1].suspects)
        self._waiting_items -= items
        return taken

    async def _process(self, taken: list[Work]) -> None:
        """A fault of ours costs only the request that it shows in."""
        classified: list[tuple[Work, list[Classified]]] = []
        for work in taken:
            try:
                classified.append((work, await self._classify(work)))
            except Exception as error:
                work.finish(error)
        # One synchronous stretch: what it queues shares a write and a sync.
        for work, found in classified:
            try:
                self._store(work, found)
            except Exception as error:
                work.finish(error)

    async def _classify(self, work: Work) -> list[Classified]:
        classified: list[Classified] = []
        for start in range(0, len(work.suspects), SLICE_ITEMS):
            if start:
                await asyncio.sleep(0)
            suspects = work.suspects[start : start + SLICE_ITEMS]
            classified += self._collapser.classify(self._extractor.extract(suspects, work.tenant_id, work.invalid))
        return classified

    def _store(self, work: Work, classified: list[Classified]) -> None:
        """Nothing is awaited between deciding and queueing: the spool's order is the order in which the memory of
        recent failures changed, so that a failed write takes along every batch that built on what is undone."""
        collapsed = self._collapser.decide(classified)
        failpoint("pipeline.collapsed")
        records = collapsed.records
        try:
            payload = encode(records) if records else b""
        except Exception:
            self._collapser.rollback(collapsed)
            raise
        durable = self._spool.enqueue(payload, len(records))
        durable.add_done_callback(lambda _: self._settle(durable, work, collapsed))

    def _settle(self, durable: asyncio.Future[None], work: Work, collapsed: Collapsed) -> None:
        error = durable.exception()
        if error is None:
            self._count(collapsed)
            work.finish()
        else:
            self._collapser.rollback(collapsed)
            work.finish(error)

    def _count(self, collapsed: Collapsed) -> None:
        self._metrics.failures_accepted(collapsed.hits, collapsed.misses)
        if collapsed.propagated:
            self._metrics.failures_propagated(collapsed.propagated)
        if collapsed.duplicates:
            self._metrics.failures_duplicated(collapsed.duplicates)
        for recovery in collapsed.recoveries:
            self._metrics.recovery_accepted(recovery.mode, recovery.error_code or "UNKNOWN_ERROR", recovery.succeeded)
