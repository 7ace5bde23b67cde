"""One request's suspects while they wait for a batch, and what the extraction of one batch may cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from failcat_sidecar.extract import Candidate, Extractor, Failure
from failcat_sidecar.extract.invalid import InvalidRecoveries
from failcat_sidecar.otlp import Item

# Work between two yields to the event loop, 1 to 2 ms. The writer needs about 30 rounds of the loop for a transaction:
# with slices of 64 it fell behind intake by half.
SLICE_ITEMS = 16
SLICE_STEPS = Extractor.STEPS * SLICE_ITEMS  # of extraction
SLICE_SECONDS = 0.004  # ends a slice of expensive candidates


class ExtractionBudget:
    """The budget for the extraction of one batch. The rest of a request is processed in a later batch, behind the
    requests that are queued, as if it had come in a request of its own. SDKs' requests stay far below."""

    SECONDS = 0.05
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
        for candidate in candidates:
            if isinstance(candidate, Failure):
                self._bytes -= len(candidate.context_json)


@dataclass(eq=False, slots=True)
class PendingRequest:
    """The suspects of one request, and the future that its sender awaits."""

    suspects: Sequence[Item]
    tenant_id: str | None
    durable: asyncio.Future[InvalidRecoveries]  # done when every record of the suspects is durable
    invalid: InvalidRecoveries = field(default_factory=InvalidRecoveries)
    candidates: Iterator[list[Candidate]] | None = None  # those not extracted yet; None before extraction starts
    is_extracted: bool = False  # completely

    @property
    def is_abandoned(self) -> bool:
        """The client is gone. A request that was not started is processed all the same."""
        return self.durable.done() and self.candidates is not None

    def extract(self, extractor: Extractor, budget: ExtractionBudget) -> list[Candidate]:
        """The next slice of the candidates; mostly all of them."""
        if self.candidates is None:
            self.candidates = extractor.candidates(self.suspects, self.tenant_id, self.invalid)
        extracted: list[Candidate] = []
        started = now = time.perf_counter()
        for steps, found in enumerate(self.candidates, 1):
            extracted += found
            now = time.perf_counter()
            if steps == SLICE_STEPS or now - started > SLICE_SECONDS:
                break
        else:
            self.is_extracted = True
        budget.spend(extracted, now - started)
        return extracted

    def restart(self) -> None:
        """The next batch extracts from the first suspect again."""
        self.candidates = None
        self.invalid = InvalidRecoveries()
        self.is_extracted = False

    def complete(self, error: BaseException | None = None) -> None:
        if self.durable.done():  # cancelled with the client's connection, which undoes nothing
            return
        if error:
            self.durable.set_exception(error)
        else:
            self.durable.set_result(self.invalid)
