"""Processes that end somehow: pools that are terminated, SIGTERM, freezing. Each failure arrives once in its run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.shim.conftest import Agent
from tests.support.otlp_sink import OtlpSink


def told(sink: OtlpSink) -> dict[str, set[str | None]]:
    """The runs under which each failure was told; each has one id."""
    ids = {span.failure_id: span.message.rpartition(": ")[2] for span in sink.failures}
    assert len(ids) == len(set(ids.values())), "a failure has one id, however often it is told"
    found: dict[str, set[str | None]] = {}
    for span in sink.failures:
        found.setdefault(ids[span.failure_id], set()).add(span.attributes.get("failcat.run_id"))
    return found


POOL = """
    import multiprocessing, failcat
    failcat.instrument()

    def job(number):
        with failcat.run(f"child-{{number}}"):
            raise ValueError(f"order {{number}}")

    def quiet(number):
        try:
            job(number)
        except ValueError:
            pass

    if __name__ == "__main__":
        context = multiprocessing.get_context("{method}")
        try:
            with failcat.run("parent"), context.Pool(2) as pool:
                pool.map(quiet, range(3))
                pool.map(job, [7])
        except ValueError:
            pass
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_pool_that_is_terminated_loses_nothing(method: str, agent: Agent, sink: OtlpSink) -> None:
    ended = agent(POOL.format(method=method))
    assert ended.returncode == 0, ended.stderr
    assert told(sink) == {f"order {number}": {f"child-{number}"} for number in (0, 1, 2, 7)}, ended.stderr


PROCESS = """
    import multiprocessing, failcat

    def job(text):
        raise ValueError(text)

    class Worker(multiprocessing.{method_class}):
        def run(self):
            job("of a class")

    if __name__ == "__main__":
        failcat.instrument()
        context = multiprocessing.get_context("{method}")
        with failcat.run("r1", agent="a"):
            for process in (context.Process(target=job, args=("of a function",)), Worker()):
                process.start()
                process.join()
                assert process.exitcode == 1, process.exitcode
"""
CLASSES = {"fork": "Process", "spawn": "context.SpawnProcess", "forkserver": "context.ForkServerProcess"}


@pytest.mark.parametrize("method", CLASSES)
def test_what_leaves_a_process_is_reported_in_the_run_that_started_it(
    method: str, agent: Agent, sink: OtlpSink
) -> None:
    ended = agent(PROCESS.format(method=method, method_class=CLASSES[method]))
    assert told(sink) == {"of a function": {"r1"}, "of a class": {"r1"}}, ended.stderr
    assert ended.stderr.count("ValueError: of a") == 2, "it is still printed"


TERMINATED = """
    import failcat, os, signal, time
    failcat.instrument()
    {handler}
    with failcat.run("r1"):
        failcat.report(ValueError("just before"))
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(20)
"""


@pytest.mark.parametrize(
    ("handler", "code"),
    [("", -signal.SIGTERM), ("signal.signal(signal.SIGTERM, lambda *_: exit(3))", 3)],
    ids=["default", "their handler"],
)
def test_sigterm_right_after_a_failure_loses_nothing(handler: str, code: int, agent: Agent, sink: OtlpSink) -> None:
    ended = agent(TERMINATED.format(handler=handler))
    assert (ended.returncode, told(sink)) == (code, {"just before": {"r1"}}), ended.stderr


FROZEN = """
import sys
import failcat
failcat.instrument()

@failcat.flush_after
@failcat.run(tenant_id="acme")
def handler(event, context=None):
    raise ConnectionError(event)

for line in sys.stdin:
    try:
        handler(line.strip())
    except ConnectionError:
        print("done", flush=True)
"""


def test_a_process_that_is_frozen_after_each_invocation_has_delivered(sink: OtlpSink, tmp_path: Path) -> None:
    (tmp_path / "agent.py").write_text(FROZEN)
    environment = {**os.environ, "FAILCAT_ENDPOINT": sink.url}
    command = [sys.executable, str(tmp_path / "agent.py")]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for number in range(3):
            process.stdin.write(f"invocation {number}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "done\n"
            process.send_signal(signal.SIGSTOP)
            assert len(sink.failures) == number + 1, "delivered before the handler returned"
            process.send_signal(signal.SIGCONT)
        process.kill()
    assert [span.attributes["failcat.tenant_id"] for span in sink.failures] == ["acme"] * 3
