"""What an event loop's handler is told: failures of tasks under their run, and nothing of a client that closes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.shim.conftest import Agent
from tests.support.otlp_sink import OtlpSink

LOOPS = ("asyncio", "uvloop")

TASKS = """
    import asyncio, gc, failcat, {loop}
    failcat.instrument()

    async def fail(name):
        await asyncio.sleep(0)
        raise LookupError(name)

    async def cyclic(name):
        mine = asyncio.current_task()
        try:
            await fail(name)
        finally:
            mine.circle = mine

    def callback():
        raise ValueError("callback")

    async def main():
        with failcat.run("r1"):
            lost = asyncio.create_task(fail("never awaited"))
            circle = asyncio.create_task(cyclic("in a circle"))
            both = asyncio.gather(fail("gathered"), asyncio.sleep(0))
            asyncio.get_running_loop().call_soon(callback)
        with failcat.run("innocent"):
            await asyncio.sleep(0.05)
            del lost, circle, both
            gc.collect()
        outside = asyncio.create_task(fail("outside"))
        with failcat.run("innocent"):
            await asyncio.sleep(0.05)
            del outside
            gc.collect()

    {loop}.run(main())
"""


@pytest.mark.parametrize("loop", LOOPS)
def test_what_nobody_awaits_keeps_the_run_in_which_it_was_made(loop: str, agent: Agent, sink: OtlpSink) -> None:
    pytest.importorskip(loop)  # the sidecar brings uvloop; an agent need not have it
    ended = agent(TASKS.format(loop=loop))
    runs = {span.message: span.attributes.get("failcat.run_id") for span in sink.failures}
    expected: dict[str, str | None] = {"never awaited": "r1", "in a circle": "r1", "gathered": "r1", "outside": None}
    if loop == "asyncio":
        expected["callback"] = "r1"  # uvloop does not tell the context of a handle
    else:
        assert runs.pop("callback") != "innocent"
    assert runs == expected, ended.stderr


CLIENT = """
import asyncio

class Client:
    async def aclose(self):
        await asyncio.sleep(0)
        raise self.error

    async def get(self):
        await asyncio.sleep(0)
        raise self.error

    def __init__(self, error):
        self.error = error
"""

CLOSING = """
    import asyncio, gc, sys, failcat
    sys.path.insert(0, {folder!r})
    from a_client import Client
    failcat.instrument()

    class Mine:
        async def close(self):
            raise LookupError("closing of mine")

    async def main():
        for work in (
            Client(RuntimeError("Event loop is closed")).get(),
            Client(ConnectionResetError("a client that closes")).aclose(),
            Client(RuntimeError("a request failed")).get(),
            Mine().close(),
        ):
            lost = asyncio.create_task(work)
            await asyncio.sleep(0.01)
            del lost, work
            gc.collect()

    with failcat.run("r1"):
        asyncio.run(main())
"""


def test_of_clients_that_close_nothing_is_reported(agent: Agent, sink: OtlpSink, tmp_path: Path) -> None:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "a_client.py").write_text(CLIENT)
    ended = agent(CLOSING.format(folder=str(folder)))
    assert sorted(span.message for span in sink.failures) == ["a request failed", "closing of mine"], ended.stderr
    assert {span.attributes["failcat.run_id"] for span in sink.failures} == {"r1"}
    assert ended.stderr.count("Event loop is closed") >= 1, "it is still logged"
