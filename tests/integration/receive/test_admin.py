"""The operator's listener on the wire: what it serves, and clients that are slow, many or not allowed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from prometheus_client import CollectorRegistry, Counter
from tests.integration.receive.conftest import Exchange

from failcat_sidecar.admin import AdminServer
from failcat_sidecar.cli.doctor import _is_sidecar
from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.health import Readiness
from failcat_sidecar.receive import ReceiveLimits, Tokens
from failcat_sidecar.settings import Address

Start = Callable[..., Awaitable[AdminServer]]


def readiness() -> Readiness:
    return Readiness(not_ready=("the spool is full",), degraded=(), spool_records=3, spool_oldest_seconds=1.5)


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts a listener with limits given as keywords."""
    servers: list[AdminServer] = []

    async def run(*, tokens: Tokens | None = None, **limits: float) -> AdminServer:
        registry = CollectorRegistry()
        Counter("seen", "Things.", registry=registry).inc(5)
        server = AdminServer(registry, readiness, tokens, ReceiveLimits(**limits))  # type: ignore[arg-type]
        await server.start("127.0.0.1", 0)
        servers.append(server)
        return server

    yield run
    for server in servers:
        await server.stop()


def request(path: str, *, method: str = "GET", headers: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n".encode()


async def test_it_is_known_for_a_sidecar(start: Start) -> None:
    assert await asyncio.to_thread(_is_sidecar, Address("0.0.0.0", (await start()).port))


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (request("/metrics"), 200, b"seen_total 5.0"),
        (request("/healthz"), 200, b'{"alive": true}'),
        (request("/readyz"), 503, b"the spool is full"),
        (request("/"), 404, b"/metrics, /healthz, /readyz"),
        (request("/metrics", method="POST"), 405, b"Allow: GET, HEAD"),
        (request("/healthz", method="HEAD"), 200, b"Content-Length: 15"),
        (request("/metrics").replace(b"localhost", b"10.0.0.1"), 421, b"Host header must be localhost"),
        (request("/healthz").replace(b"localhost", b"10.0.0.1:8000"), 200, b'{"alive": true}'),
        (request("/readyz").replace(b"localhost", b"evil.example"), 421, b"Host header must be localhost"),
        (b"nonsense\r\n\r\n", 400, b"not valid HTTP"),
    ],
    ids=["metrics", "health", "readiness", "elsewhere", "post", "head", "address", "probe", "name", "nonsense"],
)
async def test_each_request_is_answered(
    start: Start, exchange: Exchange, sent: bytes, status: int, words: bytes
) -> None:
    answer = await exchange((await start()).port, sent)
    assert answer.partition(b" ")[2].startswith(str(status).encode())
    assert words in answer


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        ("/metrics", "", 401),
        ("/metrics", "Authorization: Bearer sender\r\n", 403),
        ("/metrics", "Authorization: Bearer admin\r\n", 200),
        ("/healthz", "", 200),
        ("/readyz", "", 503),
    ],
)
async def test_only_metrics_need_a_token(
    start: Start, tokens: Tokens, exchange: Exchange, path: str, token: str, status: int
) -> None:
    answer = await exchange((await start(tokens=tokens)).port, request(path, headers=token))
    assert answer.partition(b" ")[2].startswith(str(status).encode())


async def test_half_sent_heads_are_cut_off(start: Start, exchange: Exchange) -> None:
    server = await start(head_seconds=0.2)
    answers = await asyncio.gather(*[exchange(server.port, b"GET /metrics HTTP/1.1\r\nHost:") for _ in range(20)])
    assert set(answers) == {b""}


async def test_an_idle_connection_is_closed(start: Start, exchange: Exchange) -> None:
    server = await start(idle_seconds=0.2)
    answer = await exchange(server.port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


async def test_a_full_house_still_answers_the_scraper(start: Start, exchange: Exchange) -> None:
    server = await start(max_connections=10)
    slow = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(50)]
    assert (await exchange(server.port, request("/metrics"))).startswith(b"HTTP/1.1 200")
    for _, writer in slow:
        writer.close()


async def test_port_in_use_names_the_option(start: Start) -> None:
    port = (await start()).port
    other = AdminServer(CollectorRegistry(), readiness, None)
    with pytest.raises(
        ConfigurationError, match=f"^FAILCAT_ADMIN: cannot listen on 127.0.0.1:{port}: Address already in use$"
    ):
        await other.start("127.0.0.1", port)
