"""A load client in a process of its own: OTLP/HTTP over raw keep-alive connections, as cheap as Python makes it.

`python -m benchmarks.sender HOST:PORT --spans 512 --failing 0.01 --seconds 5 [--rate N]` prints one JSON
line: spans and failures that were acknowledged, seconds, how often the server said to come back later, and the 99th
percentile of the seconds from a request to its answer.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field

import click
import uvloop
from tests.support.load import Batch, LoadGenerator

COUNTS = ("spans", "failures", "refused", "seconds")
BODIES = 64  # enough different messages that no cache of whole messages can hold them


@dataclass
class Sent:
    """What one client had acknowledged."""

    spans: int = 0
    failures: int = 0
    refused: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)  # seconds from a request's first byte to its answer


class Template:
    """A request whose failing spans get new trace ids each time it is sent, so that it never is a duplicate."""

    def __init__(self, batch: Batch) -> None:
        self._body = bytearray(batch.body)
        self._offsets = [batch.body.index(bytes.fromhex(trace_id)) for trace_id, _ in batch.failures]
        self.failures = len(self._offsets)

    def fresh(self, dice: random.Random) -> bytes:
        ids = dice.randbytes(16 * len(self._offsets))
        for index, offset in enumerate(self._offsets):
            self._body[offset : offset + 16] = ids[16 * index : 16 * index + 16]
        return bytes(self._body)


async def send(
    host: str, port: int, templates: list[Template], spans: int, deadline: float, pause: float, token: str
) -> Sent:
    """One connection, one request at a time, until the deadline; `pause` seconds from one send to the next."""
    head = b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n".encode()
    reader, writer = await asyncio.open_connection(host, port)
    dice, sent, due = random.Random(), Sent(), time.perf_counter()
    while time.perf_counter() < deadline:
        template = dice.choice(templates)
        body = template.fresh(dice)
        began = time.perf_counter()
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body))
        writer.write(body)
        status = await _read_response(reader)
        sent.latencies.append(time.perf_counter() - began)
        if status == 200:
            sent.spans += spans
            sent.failures += template.failures
        else:
            sent.refused += 1
            await asyncio.sleep(0.05)
        due += pause
        await asyncio.sleep(max(0.0, due - time.perf_counter()) if pause else 0)
    writer.close()
    return sent


async def _read_response(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    await reader.readexactly(length)
    return int(head[9:12])


async def run(
    host: str, port: int, spans: int, failing: float, connections: int, seconds: float, rate: float, token: str
) -> Sent:
    load = LoadGenerator(seed=time.time_ns())
    templates = [Template(load.batch(spans, failing)) for _ in range(BODIES)]
    pause = connections * spans * failing / rate if rate else 0.0
    started = time.perf_counter()
    deadline = started + seconds
    parts = await asyncio.gather(
        *(send(host, port, templates, spans, deadline, pause, token) for _ in range(connections))
    )
    total = Sent(seconds=time.perf_counter() - started)
    for part in parts:
        total.spans += part.spans
        total.failures += part.failures
        total.refused += part.refused
        total.latencies += part.latencies
    return total


@click.command()
@click.argument("address")
@click.option("--spans", default=512, help="Spans of one request.")
@click.option("--failing", default=0.01, help="Share of spans that fail.")
@click.option("--connections", default=8)
@click.option("--seconds", default=5.0)
@click.option("--rate", default=0.0, help="Failures a second over all connections; 0 is as fast as it goes.")
@click.option("--token", default="", help="Bearer token.")
def main(address: str, spans: int, failing: float, connections: int, seconds: float, rate: float, token: str) -> None:
    host, _, port = address.rpartition(":")
    sent = uvloop.run(run(host, int(port), spans, failing, connections, seconds, rate, token))
    print(json.dumps({**{name: getattr(sent, name) for name in COUNTS}, "p99": _quantile(sent.latencies, 0.99)}))


def _quantile(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[int(len(ordered) * share)] if ordered else 0.0


if __name__ == "__main__":
    main()
