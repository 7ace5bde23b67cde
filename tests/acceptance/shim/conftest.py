"""Agents on real frameworks: an environment of their own with Failcat's wheel, and a server that fails for them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.acceptance.shim.providers import Providers
from tests.support.sidecar import SidecarProcess

REPOSITORY = Path(__file__).parents[3]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
AGENTS = Path(__file__).with_name("agents")
CACHE = REPOSITORY / ".cache"

RunAgent = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Failcat as it is installed from an index."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


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
    if (folder / "installed").exists():
        return
    CACHE.mkdir(exist_ok=True)
    (CACHE / ".gitignore").write_text("*\n")
    venv.create(folder, with_pip=True, clear=True)
    try:
        pip_install(folder, *requirements)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"{' '.join(requirements)} cannot be installed here: {error.stderr.strip()[-300:]}")
    (folder / "installed").touch()


def pip_install(folder: Path, *arguments: str) -> None:
    """Raises subprocess.CalledProcessError."""
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *arguments], check=True, capture_output=True, text=True, timeout=900)


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
