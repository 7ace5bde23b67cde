"""Runtimes that run agents: what they catch themselves is reported once, in its run, and delivered before they end."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.acceptance.shim.conftest import make_environment
from tests.support.environments import CACHE, pip_install
from tests.support.otlp_sink import OtlpSink
from tests.support.ports import free_ports
from tests.support.waiting import block_until

pytestmark = pytest.mark.timeout(1_200)  # the first test installs the runtimes

REQUIREMENTS = Path(__file__).with_name("runtimes.txt")
PROGRAMS = Path(__file__).with_name("runtimes")


@pytest.fixture(scope="session")
def runtimes(wheel: Path) -> Path:
    version = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = CACHE / f"runtimes-{version}"
    make_environment(folder, "-r", str(REQUIREMENTS), "google-re2")
    pip_install(folder, "--force-reinstall", "--no-deps", str(wheel))
    return folder / "bin"


@pytest.fixture
def sink() -> Iterator[OtlpSink]:
    with OtlpSink() as server:
        yield server


Environment = dict[str, str]


@pytest.fixture
def environment(runtimes: Path, sink: OtlpSink) -> Environment:
    return {
        **os.environ,
        "PATH": f"{runtimes}{os.pathsep}{os.environ['PATH']}",
        "FAILCAT_ENDPOINT": sink.url,
        **dict.fromkeys(("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_LOGS_EXPORTER"), "none"),
    }


def run(environment: Environment, *command: str) -> str:
    ended = subprocess.run(
        command, env=environment, cwd=PROGRAMS, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@contextmanager
def running(environment: Environment, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Ends with SIGTERM, as an operator ends it."""
    process = subprocess.Popen(command, env=environment, cwd=PROGRAMS, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def told(sink: OtlpSink) -> dict[str, str | None]:
    """The run of each failure, by its text."""
    return {span.message.rpartition(": ")[2]: span.attributes.get("failcat.run_id") for span in sink.failures}


def test_gevent(environment: Environment, sink: OtlpSink) -> None:
    assert run(environment, "python", "gevent_agent.py").endswith("end\n")
    outer = ("in a greenlet", "in a patched thread", "reported in a greenlet")
    expected: dict[str, str | None] = dict.fromkeys(outer, "gevent-outer")
    expected |= {f"in run {number}": f"gevent-{number}" for number in range(3)}
    assert told(sink) == {**expected, "0.05 seconds": "gevent-timeout"}
    assert len({span.failure_id for span in sink.failures}) == 7


def test_cells_of_jupyter(environment: Environment, sink: OtlpSink) -> None:
    shown = run(environment, "python", "notebook.py").split()
    assert shown == ["KeyError", "LookupError", "LookupError", "SyntaxError", "KeyboardInterrupt"]
    assert [(span.message, span.name, span.attributes.get("failcat.run_id")) for span in sink.failures] == [
        ("'x'", "failcat.failure", None),
        ("in a function", "find", None),
        ("in a function", "find", "notebook-run"),
        ("in a task", "later", None),
    ]


@pytest.mark.parametrize("when", ["early", "late"])
def test_providers_of_libraries(when: str, environment: Environment, sink: OtlpSink) -> None:
    run(environment, "python", "own_providers.py", when)
    assert [(span.name, span.message) for span in sink.failures] == [
        ("of logfire", "LookupError: no order"),
        ("of mlflow", "LookupError: no order"),
    ]


def test_gunicorn(environment: Environment, sink: OtlpSink) -> None:
    (port,) = free_ports(1)
    command = ("opentelemetry-instrument", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "gunicorn_app:app")

    def answers(path: str) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code == 500
        except OSError:
            return False
        return False

    with running(environment, *command):
        block_until(lambda: answers("first"), 60)
        assert all(answers(f"run-{number}") for number in range(10))
    expected = {f"order run-{number}": f"run-{number}" for number in range(10)}
    assert told(sink) == {**expected, "order first": "first"}, "also those of the last moment before SIGTERM"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """A real Redis."""
    redis = shutil.which("redis-server")
    if redis is None:
        pytest.skip("needs redis-server: apt-get install redis-server")
    (port,) = free_ports(1)
    command = [redis, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()


SEND = """
from celery_tasks import bug, ignored, in_a_run, retried
for number in range(6):
    in_a_run.delay(number)
for task in (bug, ignored, retried):
    task.delay()
"""


def test_celery(environment: Environment, broker: str, sink: OtlpSink) -> None:
    environment["BROKER"] = broker
    worker = ("celery", "-A", "celery_tasks", "worker", "-c", "2", "-l", "error")
    with running(environment, "opentelemetry-instrument", *worker):
        run(environment, "python", "-c", SEND)
        block_until(lambda: len(told(sink)) >= 8, 60)
    expected: dict[str, str | None] = {f"order {number}": f"celery-{number}" for number in range(6)}
    assert told(sink) == {**expected, "'order'": None, "slow": None}
    assert len({span.failure_id for span in sink.failures}) == 8


def test_pyright_accepts_the_api_in_strict_mode(environment: Environment, runtimes: Path, tmp_path: Path) -> None:
    program = Path(__file__).parents[2] / "unit" / "shim" / "typed_agent.py"
    (tmp_path / "agent.py").write_text("# pyright: strict\n" + program.read_text())
    command = [str(runtimes / "pyright"), "--pythonpath", str(runtimes / "python"), str(tmp_path / "agent.py")]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    if ended.returncode not in (0, 1):
        pytest.skip(f"pyright cannot be started here: {ended.stderr[-300:]}")
    assert ended.returncode == 0, ended.stdout
