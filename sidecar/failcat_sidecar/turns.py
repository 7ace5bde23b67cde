"""Requests take turns, and those that come at about the same time share one: what they bring is classified while code
and data are in the processor's caches, collapsed as if it were one request's, and durable with one write and sync."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TypeVar

from failcat_sidecar.collapse import Classified, Collapsed, Collapser, Matcher
from failcat_sidecar.extract import Candidate, Extractor
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.otlp import Item
from failcat_sidecar.spool import Spool
from failcat_storage.failpoints import failpoint
from failcat_storage.records import encode

T = TypeVar("T")

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
    durable: asyncio.Future[InvalidRecoveries]  # done when all that came of it is
    invalid: InvalidRecoveries

    def finish(self, error: BaseException | None = None) -> None:
        if self.durable.done():  # cancelled: the client went away, which undoes nothing
            return
        if error:
            self.durable.set_exception(error)
        else:
            self.durable.set_result(self.invalid)


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

    def take(self, suspects: Sequence[Item], tenant_id: str | None) -> asyncio.Future[InvalidRecoveries]:
        """Done when all failures and recovery outcomes among the suspects are durable; answers the outcomes that are
        not valid. `tenant_id` is the connection's."""
        work = Work(suspects, tenant_id, asyncio.get_running_loop().create_future(), InvalidRecoveries())
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
        """Those that share the next turn: of one tenant, because what they bring is collapsed as if it were one
        request's."""
        first = self._waiting.popleft()
        taken, items = [first], len(first.suspects)
        while self._waiting and self._waiting[0].tenant_id == first.tenant_id:
            items += len(self._waiting[0].suspects)
            if items > TURN_ITEMS:
                break
            taken.append(self._waiting.popleft())
        self._waiting_items -= sum(len(work.suspects) for work in taken)
        return taken

    async def _process(self, taken: Sequence[Work]) -> None:
        try:
            self._store(taken, await self._classified(taken))
        except Exception as error:
            if len(taken) == 1:
                taken[0].finish(error)
                return
            for work in taken:  # alone, so that a fault of ours costs only the request that it shows in
                await self._process([work])

    async def _classified(self, taken: Sequence[Work]) -> list[Classified]:
        """One step after the other for all of them: each step's code stays in the processor's caches."""
        candidates: list[Candidate] = []
        for work in taken:
            work.invalid = InvalidRecoveries()
            async for suspects in _slices(work.suspects):
                candidates += self._extractor.extract(suspects, work.tenant_id, work.invalid)
        return [each async for found in _slices(candidates) for each in self._collapser.classify(found)]

    def _store(self, taken: Sequence[Work], classified: Sequence[Classified]) -> None:
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
        durable.add_done_callback(lambda _: self._settle(durable, taken, collapsed))

    def _settle(self, durable: asyncio.Future[None], taken: Sequence[Work], collapsed: Collapsed) -> None:
        error = durable.exception()
        if error is None:
            self._count(collapsed)
        else:
            self._collapser.rollback(collapsed)
        for work in taken:
            work.finish(copy(error))

    def _count(self, collapsed: Collapsed) -> None:
        self._metrics.failures_accepted(collapsed.hits, collapsed.misses)
        if collapsed.propagated:
            self._metrics.failures_propagated(collapsed.propagated)
        if collapsed.duplicates:
            self._metrics.failures_duplicated(collapsed.duplicates)
        if collapsed.losses:
            self._metrics.failures_lost(collapsed.losses)
        for recovery in collapsed.recoveries:
            self._metrics.recovery_accepted(recovery.mode, recovery.error_code or "UNKNOWN_ERROR", recovery.succeeded)


async def _slices(items: Sequence[T]) -> AsyncIterator[Sequence[T]]:
    """With a look at everything else between two."""
    for start in range(0, len(items), SLICE_ITEMS):
        if start:
            await asyncio.sleep(0)
        yield items[start : start + SLICE_ITEMS]
