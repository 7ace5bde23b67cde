"""Decoding costs a process no server: it is imported in a fresh interpreter, which tells what came along."""

from __future__ import annotations

import subprocess
import sys

import pytest

MODULES = ("failcat_sidecar.otlp", "failcat_sidecar.extract", "failcat_sidecar.metrics")
SERVERS = ("grpc", "aiohttp", "asyncpg")


@pytest.mark.parametrize("module", MODULES)
def test_importing_loads_no_server_and_no_driver(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({SERVERS!r})))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == []
