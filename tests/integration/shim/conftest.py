"""Agents as real processes, and the server that their failures reach."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.otlp_sink import OtlpSink

Agent = Callable[..., subprocess.CompletedProcess[str]]
INSTRUMENT = Path(sys.executable).with_name("opentelemetry-instrument")


@pytest.fixture
def sink() -> Iterator[OtlpSink]:
    with OtlpSink() as server:
        yield server


@pytest.fixture
def agent(sink: OtlpSink, tmp_path: Path) -> Agent:
    """Runs a program to its end: by itself, or under `opentelemetry-instrument` with `zero_code=True`."""

    def run(code: str, *, zero_code: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
        program = tmp_path / "agent.py"
        program.write_text(textwrap.dedent(code))
        command = [*([str(INSTRUMENT)] if zero_code else []), sys.executable, str(program)]
        told = {"FAILCAT_ENDPOINT": sink.url, "FAILCAT_TOKEN": "", **environment}
        env = {**os.environ, "OTEL_SERVICE_NAME": "agent", **told}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)

    return run
