"""Requests take turns, and those that come at about the same time share one: what they bring is classified while code
and data are in the processor's caches, collapsed as if it were one request's, and durable with one write and sync."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field

from failcat_core.failpoints import failpoint
from failcat_core.records import encode
from failcat_sidecar.collapse import Classified, Collapsed, Collapser, Matcher
from failcat_sidecar.extract import Candidate, Extractor, Failure
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.fair_queue import FairQueue
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.otlp import Item
from failcat_sidecar.spool import Spool

TURN_ITEMS = 64  # a turn takes more requests up to so many suspects, or one that has more
# Worked on between two looks at everything else, 1 to 2 ms. The writer needs some thirty looks for a transaction: with
# slices of 64 it fell behind intake by half.
SLICE_ITEMS = 16
SLICE_SECONDS = 0.004  # ends a slice of costly ones
CLASSIFIED_ITEMS = 4  # between two looks at the clock
QUIET_ROUNDS = 2  # of the event loop without another request, until a turn begins
MAX_ROUNDS = 20  # that it waits in any case


class Allowance:
    """What the extraction of one turn may cost. What is left of a request then has another turn, behind those who wait,
    as if it had come in a request of its own. SDKs' requests stay far below."""

    SECONDS = 0.05  # of this thread's processor time
    CANDIDATES = 1_024
    BYTES = 8 << 20  # of contexts

    def __init__(self) -> None:
        self._seconds = self.SECONDS
        self._candidates = self.CANDIDATES
        self._bytes = self.BYTES

    @property
    def is_spent(self) -> bool:
        return self._seconds <= 0 or self._candidates <= 0 or self._bytes <= 0

    def spend(self, candidates: Sequence[Candidate], seconds: float) -> None:
        self._seconds -= seconds
        self._candidates -= len(candidates)
        self._bytes -= sum(len(each.context_json) for each in candidates if isinstance(each, Failure))


@dataclass(eq=False, slots=True)
class Work:
    """What one request brings to a turn."""

    suspects: Sequence[Item]
    tenant_id: str | None
    durable: asyncio.Future[InvalidRecoveries]  # done when all that came of it is
    invalid: InvalidRecoveries = field(default_factory=InvalidRecoveries)
    candidates: Iterator[Candidate | None] | None = None  # those that had no turn yet; None before the first
    is_drawn: bool = False  # all of them

    def begin(self, extractor: Extractor) -> None:
        """From the first suspect, be it again."""
        self.invalid = InvalidRecoveries()
        self.candidates = extractor.candidates(self.suspects, self.tenant_id, self.invalid)
        self.is_drawn = False

    def draw(self) -> list[Candidate]:
        """The next slice."""
        assert self.candidates is not None, "to be called after `begin`"
        drawn: list[Candidate] = []
        started = time.perf_counter()
        for _ in range(2 * SLICE_ITEMS):  # a candidate and the end of its item
            try:
                candidate = next(self.candidates)
            except StopIteration:
                self.is_drawn = True
                break
            if candidate is not None:
                drawn.append(candidate)
            if time.perf_counter() - started > SLICE_SECONDS:
                break
        return drawn

    def finish(self, error: BaseException | None = None) -> None:
        if self.durable.done():  # cancelled: the client went away, which undoes nothing
            return
        if error:
            self.durable.set_exception(error)
        else:
            self.durable.set_result(self.invalid)


class Turns:
    """From suspects to durable records: extract, classify, collapse, spool. Tenants take turns; the requests of one
    stay in the order in which they came."""

    def __init__(self, extractor: Extractor, collapser: Collapser, spool: Spool, metrics: Metrics) -> None:
        self._extractor = extractor
        self._collapser = collapser
        self._spool = spool
        self._metrics = metrics
        self._waiting: FairQueue[Work] = FairQueue()
        self._arrived = 0  # ever
        self._serving: asyncio.Task[None] | None = None
        # While a turn is taken, whatever else waits for the event loop, the writer above all, waits for one slice and
        # not for a slice of each request.
        self._turn = asyncio.Lock()

    def take(self, suspects: Sequence[Item], tenant_id: str | None) -> asyncio.Future[InvalidRecoveries]:
        """Done when all failures and recovery outcomes among the suspects are durable; answers the outcomes that are
        not valid. `tenant_id` is the connection's."""
        work = Work(suspects, tenant_id, asyncio.get_running_loop().create_future())
        self._wait(work)
        return work.durable

    def _wait(self, work: Work) -> None:
        """For its turn."""
        self._waiting.put(work.tenant_id, work, len(work.suspects))
        self._arrived += 1
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())

    async def use_catalog(self, match: Matcher, catalog_version: str) -> None:
        """Between two turns, because a row names the catalog that classified it."""
        async with self._turn:
            self._collapser.use_catalog(match, catalog_version)

    async def _serve(self) -> None:
        """Until nobody waits."""
        while self._waiting:
            await self._company()
            async with self._turn:
                await self._process(self._waiting.take(TURN_ITEMS))  # of one tenant
        self._serving = None

    async def _company(self) -> None:
        """Waits a moment for requests that are just being read."""
        quiet = 0
        for _ in range(MAX_ROUNDS):
            if quiet == QUIET_ROUNDS or self._waiting.size >= TURN_ITEMS:
                return
            arrived = self._arrived
            await asyncio.sleep(0)
            quiet = quiet + 1 if arrived == self._arrived else 0

    async def _process(self, taken: Sequence[Work]) -> None:
        served = [work for work in taken if not work.durable.done() or work.candidates is None]
        try:
            served, candidates = await self._extract(served)
            self._store(served, await self._classify(candidates))
        except Exception as error:
            if len(served) == 1:
                served[0].finish(error)
                return
            for work in served:  # alone, so that a fault of ours costs only the request that it shows in
                work.candidates = None
                await self._process([work])

    async def _extract(self, taken: Sequence[Work]) -> tuple[list[Work], list[Candidate]]:
        """The candidates of this turn, and whose they are. Whoever does not fit in waits for the next one, but the
        first has a part of it in any case."""
        allowance = Allowance()
        candidates: list[Candidate] = []
        for place, work in enumerate(taken):
            drawn = await self._draw(work, allowance)
            if place and not work.is_drawn:
                work.candidates = None
                self._put_back(taken[place:])
                return list(taken[:place]), candidates
            candidates += drawn
        return list(taken), candidates

    async def _draw(self, work: Work, allowance: Allowance) -> list[Candidate]:
        """All candidates of a request, or as many as are allowed. One step after the other for all of a turn: each
        step's code stays in the processor's caches."""
        if work.candidates is None:
            work.begin(self._extractor)
        drawn: list[Candidate] = []
        while True:
            started = time.thread_time()
            found = work.draw()
            allowance.spend(found, time.thread_time() - started)
            drawn += found
            if work.is_drawn or allowance.is_spent:
                return drawn
            await asyncio.sleep(0)

    async def _classify(self, candidates: Sequence[Candidate]) -> list[Classified]:
        classified: list[Classified] = []
        started = time.perf_counter()
        for place in range(0, len(candidates), CLASSIFIED_ITEMS):
            if place and (place % SLICE_ITEMS == 0 or time.perf_counter() - started > SLICE_SECONDS):
                await asyncio.sleep(0)
                started = time.perf_counter()
            classified += self._collapser.classify(candidates[place : place + CLASSIFIED_ITEMS])
        return classified

    def _put_back(self, works: Sequence[Work]) -> None:
        for work in reversed(works):
            self._waiting.put_back(work.tenant_id, work, len(work.suspects))

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
            if error is not None or work.is_drawn:
                work.finish(copy(error))
            elif not work.durable.done():
                self._wait(work)  # for the rest's turn

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
