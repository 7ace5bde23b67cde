"""A real `failcat serve` process on free ports, started and stopped as an operator would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.support.load import Batch
from tests.support.ports import free_ports

FAILCAT = str(Path(sys.executable).with_name("failcat"))


def failcat(*arguments: str, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    env = {**os.environ, **environment}
    return subprocess.run(
        [FAILCAT, *arguments], input=stdin, env=env, capture_output=True, text=True, timeout=120, check=False
    )


@dataclass(eq=False)
class SidecarProcess:
    """Use as a context manager; `start` again after a `kill`. An empty database URL means the embedded PostgreSQL."""

    data_dir: Path
    database_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.http_port, self.grpc_port, self.admin_port = free_ports(3)
        self.log_path = Path(tempfile.mkdtemp(prefix="failcat-log-")) / "sidecar.log"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def __enter__(self) -> Self:
        self.start()
        self.wait_ready()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process and self.process.poll() is None:
            self.stop()

    def settings(self) -> dict[str, str]:
        return {
            "FAILCAT_OTLP_HTTP": f"127.0.0.1:{self.http_port}",
            "FAILCAT_OTLP_GRPC": f"127.0.0.1:{self.grpc_port}",
            "FAILCAT_ADMIN": f"127.0.0.1:{self.admin_port}",
            "FAILCAT_DATA_DIR": str(self.data_dir),
            "FAILCAT_DATABASE_URL": self.database_url,
            **self.environment,
        }

    def start(self, **environment: str) -> None:
        env = {**os.environ, **self.settings(), **environment}
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(self.command(), env=env, stdout=log, stderr=log)

    def command(self) -> list[str]:
        return [FAILCAT, "serve"]

    def wait_ready(self, timeout_seconds: float = 60) -> None:
        """Until /readyz says so; raises with the process's own words when it does not."""
        assert self.process
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"failcat serve ended with {self.process.returncode}:\n{self.log()}")
            with suppress(OSError):
                if self.readiness()["ready"]:
                    return
            time.sleep(0.02)
        raise AssertionError(f"failcat serve is not ready after {timeout_seconds} s:\n{self.log()}")

    def readiness(self) -> dict[str, Any]:
        try:
            body = self._get("/readyz")
        except urllib.error.HTTPError as error:
            body = error.read().decode()
        document: dict[str, Any] = json.loads(body)
        return document

    def metrics(self) -> dict[str, float]:
        """Every sample of /metrics: `name{label="value"}` to its value."""
        lines = (line for line in self.scrape().splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    def scrape(self) -> str:
        return self._get("/metrics")

    def metric(self, prefix: str) -> float:
        """The sum over all samples whose name starts with the prefix."""
        return sum(value for name, value in self.metrics().items() if name.startswith(prefix))

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}{path}", timeout=10) as response:
            text: str = response.read().decode()
        return text

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self, timeout_seconds: float = 60) -> int:
        """SIGTERM; the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout_seconds)

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")


def post(sidecar: SidecarProcess, batch: Batch) -> None:
    """Sends one request of protobuf, which must be taken."""
    headers = {"Content-Type": "application/x-protobuf"}
    request = urllib.request.Request(f"{sidecar.endpoint}/v1/traces", batch.body, headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 200
