"""The built wheel in empty environments: what an agent installs is light and whole, and the service is an extra."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from tests.acceptance.shim.conftest import make_environment
from tests.support.environments import CACHE, REPOSITORY, pip_install
from tests.support.otlp_sink import OtlpSink

pytestmark = pytest.mark.timeout(1_200)  # the first run installs from the index

AGENT = """
import sys
import failcat
failcat.instrument()
with failcat.run("r1"):
    for attempt in failcat.attempts(max_retries=1, max_wait_seconds=60):
        with attempt:
            if attempt.number == 1:
                raise ConnectionResetError(104, "Connection reset by peer")
    print(failcat.match("Rate limit reached for gpt-5").entry.code)
heavy = ("requests", "grpc", "aiohttp", "asyncpg", "msgspec", "click", "yaml", "jsonschema", "wrapt")
print([name for name in heavy if name in sys.modules])
"""

BUILD = """
import sys
sys.modules.update(yaml=None, jsonschema=None)  # as if they were not installed
from hatchling.build import build_wheel
print(build_wheel(sys.argv[1]))
"""
COMPILED = "failcat_catalog/catalog.json"

# Beside OpenTelemetry's own packages and what they need.
LIGHT = {"failcat", "google-re2", "pip", "setuptools"}
OPENTELEMETRYS = {
    *("certifi", "charset-normalizer", "googleapis-common-protos", "idna", "packaging", "protobuf", "requests"),
    *("typing_extensions", "typing-extensions", "urllib3", "wrapt"),
}


def environment_with(extra: str, wheel: Path) -> Path:
    """The `bin` folder of an environment that has the wheel with an extra and nothing else."""
    version = hashlib.sha256((REPOSITORY / "pyproject.toml").read_bytes()).hexdigest()[:12]
    folder = CACHE / f"wheel-{extra or 'bare'}-{version}"
    make_environment(folder, f"{wheel}[{extra}]" if extra else str(wheel))
    pip_install(folder, "--force-reinstall", "--no-deps", str(wheel))
    return folder / "bin"


def packages(folder: Path) -> set[str]:
    listed = subprocess.run([folder / "pip", "list", "--format=freeze"], capture_output=True, text=True, check=True)
    return {line.partition("==")[0] for line in listed.stdout.splitlines() if not line.startswith("[")}


@pytest.mark.parametrize("extra", ["", "sidecar"])
def test_an_agent_works_on_the_wheel_alone(extra: str, wheel: Path) -> None:
    folder = environment_with(extra, wheel)
    with OtlpSink() as sink:
        env = {**os.environ, "FAILCAT_ENDPOINT": sink.url}
        command = [str(folder / "python"), "-c", AGENT]
        ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert ended.stdout.splitlines() == ["RATE_LIMITED", "[]"], ended.stderr
        assert (len(sink.failures), len(sink.recoveries)) == (1, 1)
    others = {name for name in packages(folder) if not name.startswith("opentelemetry-")}
    assert (others <= LIGHT | OPENTELEMETRYS) is (not extra), others


@pytest.mark.parametrize(("extra", "code"), [("", 1), ("sidecar", 0)])
def test_the_command_line_needs_its_extra_and_says_so(extra: str, code: int, wheel: Path) -> None:
    command = [str(environment_with(extra, wheel) / "failcat"), "--help"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == code
    assert ("failcat[sidecar" in ended.stderr) is (not extra), ended.stderr


def test_an_sdist_builds_the_same_catalog_without_a_yaml_parser(wheel: Path, tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True, timeout=120)
    (sdist,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    source = tmp_path / sdist.name.removesuffix(".tar.gz")
    built = subprocess.run(
        [sys.executable, "-c", BUILD, tmp_path], cwd=source, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    assert compiled_in(tmp_path / built.stdout.split()[-1]) == compiled_in(wheel)
    assert not (REPOSITORY / "catalog" / COMPILED).exists()


def compiled_in(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(COMPILED)
