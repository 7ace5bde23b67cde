"""Clients that send until they are acknowledged, as an exporter with endless retries would."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

import aiohttp
from tests.support.load import Batch, LoadGenerator

from benchmarks.prove.ledger import Failure, Ledger

HEADERS = {"Content-Type": "application/x-protobuf"}
RETRYABLE = (aiohttp.ClientError, TimeoutError, ConnectionError)


class Client:
    """One agent host: plain batches, batches sent twice or to two sidecars, and chains split over two requests."""

    def __init__(self, seed: int, endpoints: list[str], ledger: Ledger, pause_seconds: float = 0.0) -> None:
        self._dice = random.Random(seed)
        self._load = LoadGenerator(seed)
        self._endpoints = endpoints
        self._ledger = ledger
        self._pause_seconds = pause_seconds

    async def run(self, stop: asyncio.Event) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            while not stop.is_set():
                await self._dice.choice((self._plain, self._twice, self._everywhere, self._chain))(session)
                await asyncio.sleep(self._pause_seconds)

    async def _plain(self, session: aiohttp.ClientSession) -> None:
        await self._send(session, self._dice.choice(self._endpoints), self._batch())

    async def _twice(self, session: aiohttp.ClientSession) -> None:
        batch, endpoint = self._batch(), self._dice.choice(self._endpoints)
        await asyncio.gather(self._send(session, endpoint, batch), self._send(session, endpoint, batch))

    async def _everywhere(self, session: aiohttp.ClientSession) -> None:
        batch = self._batch()
        await asyncio.gather(*(self._send(session, endpoint, batch) for endpoint in self._endpoints))

    async def _chain(self, session: aiohttp.ClientSession) -> None:
        endpoint = self._dice.choice(self._endpoints)
        child, parent = self._load.chain()
        await self._send(session, endpoint, child)
        await asyncio.sleep(self._dice.random() * 0.2)  # room for a kill between the two
        await self._send(session, endpoint, parent)
        self._ledger.propagated.update(_spans(parent))

    def _batch(self) -> Batch:
        return self._load.batch(self._dice.randint(1, 200), self._dice.choice((0.05, 0.5, 1.0)))

    async def _send(self, session: aiohttp.ClientSession, endpoint: str, batch: Batch) -> None:
        while True:
            with suppress(*RETRYABLE):
                async with session.post(f"{endpoint}/v1/traces", data=batch.body, headers=HEADERS) as response:
                    if response.status == 200:
                        break
                    if response.status not in (429, 502, 503, 504):
                        raise AssertionError(f"{endpoint} answered {response.status}: {await response.text()}")
            await asyncio.sleep(0.05)
        self._ledger.acknowledged.update(batch.failures)
        self._ledger.requests += 1


def _spans(batch: Batch) -> set[Failure]:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    request = ExportTraceServiceRequest.FromString(batch.body)
    return {
        (span.trace_id.hex(), span.span_id.hex())
        for resource_spans in request.resource_spans
        for scope_spans in resource_spans.scope_spans
        for span in scope_spans.spans
    }
