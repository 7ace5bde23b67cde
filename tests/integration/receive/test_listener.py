"""A listener whose process has no file descriptor left."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tests.integration.receive.conftest import Listen
from tests.support.waiting import until

DESCRIPTORS = Path("/proc/self/fd")
REQUEST = (
    b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n"
    b"Connection: close\r\nContent-Length: 3\r\n\r\nabc"
)


@contextmanager
def no_descriptor_left() -> Iterator[list[int]]:
    """Yields those that were taken; closing one makes it free."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(int(each.name) for each in DESCRIPTORS.iterdir()) + 20, hard))
    taken: list[int] = []
    try:
        with suppress(OSError):
            while True:
                taken.append(os.dup(0))
        yield taken
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for descriptor in taken:
            os.close(descriptor)


@pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="counts descriptors as Linux does")
@pytest.mark.parametrize("has_idle", [True, False])
async def test_exhausted_descriptors_are_told_and_overcome(
    listen: Listen, caplog: pytest.LogCaptureFixture, has_idle: bool
) -> None:
    """An idle connection gives way; where there is none, newcomers wait for a descriptor."""
    receiver = await listen()
    if has_idle:
        idle, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    with socket.socket() as client, no_descriptor_left() as taken:
        client.settimeout(10)
        client.connect(("127.0.0.1", receiver.port))  # the event loop's own way would take a descriptor
        client.sendall(REQUEST)
        await until(lambda: caplog.records)
        if not has_idle:
            os.close(taken.pop())
        assert (await asyncio.to_thread(client.recv, 65_536)).startswith(b"HTTP/1.1 200")
    done = "an idle connection was closed" if has_idle else "new connections are queued"
    assert [f"cannot accept (1 times): Too many open files; {done}" in each.message for each in caplog.records] == [
        True
    ]
    if has_idle:
        with suppress(ConnectionResetError):
            assert await idle.read() == b""
        writer.close()
