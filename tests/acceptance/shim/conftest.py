"""Agents on real frameworks: an environment of their own with Failcat's wheel, and a server that fails for them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.acceptance.shim.providers import Providers
from tests.support import environments
from tests.support.environments import CACHE, pip_install
from tests.support.sidecar import SidecarProcess

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
AGENTS = Path(__file__).with_name("agents")

RunAgent = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Failcat as it is installed from an index."""
    return environments.build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def frameworks(wheel: Path) -> Path:
    """The `bin` folder of an environment with the frameworks; made once for each version of the requirements."""
    version = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = CACHE / f"frameworks-{version}"
    make_environment(folder, "-r", str(REQUIREMENTS), "google-re2")
    pip_install(folder, "--force-reinstall", "--no-deps", str(wheel))
    return folder / "bin"


def make_environment(folder: Path, *requirements: str) -> None:
    """A virtual environment that stays for the next session; skips the test where it cannot be installed."""
    try:
        environments.make(folder, *requirements)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"{' '.join(requirements)} cannot be installed here: {error.stderr.strip()[-300:]}")


@pytest.fixture(scope="session")
def providers() -> Iterator[Providers]:
    with Providers() as server:
        yield server


@pytest.fixture
def run_agent(frameworks: Path, sidecar: SidecarProcess) -> RunAgent:
    """Runs one of `agents/` under `opentelemetry-instrument`, with nothing in it or around it but our variables."""

    def run(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [str(frameworks / "opentelemetry-instrument"), "python", str(AGENTS / f"{name}.py"), *arguments]
        env = {
            **os.environ,
            "PATH": f"{frameworks}{os.pathsep}{os.environ['PATH']}",
            "FAILCAT_ENDPOINT": sidecar.endpoint,
            "OTEL_SERVICE_NAME": name,
            "OTEL_TRACES_EXPORTER": "none",
            "OTEL_METRICS_EXPORTER": "none",
            "OTEL_LOGS_EXPORTER": "none",
            **environment,
        }
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)

    return run
