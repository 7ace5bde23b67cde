"""Virtual environments with Failcat's wheel, kept in .cache between runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
CACHE = REPOSITORY / ".cache"


def build_wheel(folder: Path) -> Path:
    """Failcat as it is installed from an index."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


def make(folder: Path, *requirements: str, python: str = sys.executable) -> None:
    """Creates an environment unless it is complete already. Raises subprocess.CalledProcessError."""
    if (folder / "installed").exists():
        return
    CACHE.mkdir(exist_ok=True)
    subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True, capture_output=True, text=True)
    pip_install(folder, *requirements)
    (folder / "installed").touch()


def pip_install(folder: Path, *arguments: str) -> None:
    """Raises subprocess.CalledProcessError."""
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *arguments], check=True, capture_output=True, text=True, timeout=900)
