"""What the shim costs an agent: per healthy and per failing span over the bare SDK, at the start, and in memory.

Spans of a bare provider and of one that the shim has joined alternate in one process, in short blocks, and the fastest
block of each counts: what else the machine does disturbs both alike. Failing spans are delivered to a server that takes
everything; the work of the background thread is given apart, as CPU time per failure.
"""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTS = 10
STARTED = """
import time
begin = time.perf_counter()
{code}
print((time.perf_counter() - begin) * 1000)
"""
BARE_START = "from opentelemetry import trace; from opentelemetry.sdk.trace import TracerProvider\n"
BARE_START += "trace.set_tracer_provider(TracerProvider())"
SHIM_START = "import failcat; failcat.instrument()"
SPANS = Path(__file__).with_name("shim_spans.py")


def run() -> Iterator[str]:
    with _sink() as endpoint:
        environment = {**os.environ, "FAILCAT_ENDPOINT": endpoint}
        bare_ms, shim_ms = _started(BARE_START, environment), _started(SHIM_START, environment)
        yield f"start: bare SDK {bare_ms:.0f} ms, shim {shim_ms:.0f} ms: {shim_ms - bare_ms:+.0f} ms (aim <= 50)"
        figures = json.loads(_python([str(SPANS)], environment))
    for kind, aim in (("healthy", 10), ("failing", 35)):
        bare, shim = figures[kind]["bare"], figures[kind]["shim"]
        share = 100 * (shim - bare) / bare
        yield f"{kind} span: bare SDK {bare:.1f} us, shim {shim - bare:+.1f} us: {share:.0f} % (aim <= {aim})"
    yield f"background: {figures['background_us']:.0f} us of CPU for each failing span, {figures['dropped']} dropped"
    yield f"memory: {figures['instrumented_mib']:+.1f} MiB at start, {figures['failing_mib']:+.1f} MiB after failures"


def _started(code: str, environment: dict[str, str]) -> float:
    """Milliseconds, of the fastest of STARTS processes."""
    return min(float(_python(["-c", STARTED.format(code=code)], environment)) for _ in range(STARTS))


def _python(arguments: list[str], environment: dict[str, str]) -> str:
    ended = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True)
    return ended.stdout


@contextmanager
def _sink() -> Iterator[str]:
    """A server that takes everything."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
