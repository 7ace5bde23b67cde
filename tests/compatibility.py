"""The shim's suite in environments as agents have them, with nothing but Failcat's wheel: at the lowest versions of
OpenTelemetry that pyproject.toml allows, and at the newest, on every supported Python that this machine has.

`make test-floor` runs it. What needs the sidecar (tests/integration/shim/with_sidecar) is left out.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.support import environments
from tests.support.environments import CACHE, REPOSITORY

NEWER_PYTHONS = ("3.12", "3.13")
UNIT = ["tests/unit/shim"]
WITHOUT_SIDECAR = [*UNIT, "tests/integration/shim", "--ignore=tests/integration/shim/with_sidecar"]
TOOLS = ("hypothesis", "pytest", "pytest-asyncio", "pytest-timeout")
LOWEST = re.compile(r"([\w-]+)>=([\w.]+)")


def main() -> int:
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    floor = list(lowest_versions(pyproject["project"]["dependencies"]))
    with tempfile.TemporaryDirectory() as folder:
        wheel = environments.build_wheel(Path(folder))
        failed = [
            not suite(f"floor ({', '.join(floor)})", sys.executable, wheel, floor, WITHOUT_SIDECAR),
            not suite("newest", sys.executable, wheel, [], UNIT),
            *(not on_python(version, wheel) for version in NEWER_PYTHONS),
        ]
    return any(failed)


def lowest_versions(dependencies: list[str]) -> Iterator[str]:
    """Exact requirements from ranges: `a>=1,<2` is `a==1`."""
    for dependency in dependencies:
        found = LOWEST.match(dependency)
        if found is None:
            raise ValueError(f"{dependency} names no lowest version")
        yield f"{found[1]}=={found[2]}"


def on_python(version: str, wheel: Path) -> bool:
    """Types for another Python, and the shim's unit tests on it where there is an interpreter."""
    print(f"== mypy --python-version {version}", flush=True)
    is_typed = subprocess.run([sys.executable, "-m", "mypy", "--python-version", version], check=False).returncode == 0
    python = interpreter(version)
    if python is None:
        print(f"== not run: no python{version}", flush=True)
        return is_typed
    return suite(f"newest on Python {version}", python, wheel, [], UNIT) and is_typed


def interpreter(version: str) -> str | None:
    """The path of a Python that starts and is of this version; also one of pyenv that is not on the PATH."""
    candidates = [
        shutil.which(f"python{version}"),
        *sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")),
    ]
    for candidate in candidates:
        if candidate is None:
            continue
        ask = [str(candidate), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() == version:
            return str(candidate)
    return None


def suite(name: str, python: str, wheel: Path, exact: list[str], tests: list[str]) -> bool:
    """Runs tests in an environment that holds the wheel, its dependencies and the test tools."""
    print(f"== {name}", flush=True)
    key = hashlib.sha256(" ".join([python, *exact, *TOOLS]).encode()).hexdigest()[:12]
    folder = CACHE / f"shim-{'floor' if exact else 'newest'}-{key}"
    upgrade = [] if exact else ["--upgrade", "--upgrade-strategy=eager"]
    try:
        environments.make(folder, "pip", python=python)
        environments.pip_install(folder, *upgrade, str(wheel), *exact, *TOOLS)
        environments.pip_install(folder, "--force-reinstall", "--no-deps", str(wheel))
    except subprocess.CalledProcessError as error:
        print(error.stderr)
        return False
    pytest = [str(folder / "bin" / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(pytest, cwd=REPOSITORY, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
