"""A server that lets its answer drip, or reads at that pace, holds the sender for a bounded time."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from failcat._delivery import deadline
from failcat._delivery.exporter import Exporter
from failcat._delivery.settings import DeliverySettings

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
Script = Callable[[socket.socket, Event], None]


def drip(parts: bytes | list[bytes]) -> Script:
    def serve(client: socket.socket, stopped: Event) -> None:
        for part in parts if isinstance(parts, list) else (bytes([each]) for each in parts):
            client.sendall(part)
            if stopped.wait(0.05):
                return

    return serve


def read_slowly(client: socket.socket, stopped: Event) -> None:
    while client.recv(4_096) and not stopped.wait(0.05):
        pass


class Dripping:
    """Answers each connection by a script, over TLS when it has a context."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self._script, self._context = script, context
        self._stopped = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self.port = self._listener.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), self._context.wrap_socket(client, server_side=True) if self._context else client as end:
            if self._script is not read_slowly:
                end.recv(65_536)
            self._script(end, self._stopped)

    def close(self) -> None:
        self._stopped.set()
        self._listener.close()


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Of a certificate that this process trusts."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    named = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*made, *named, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


SCRIPTS: dict[str, Script] = {
    "status line": drip(HEAD),
    "headers": drip([b"HTTP/1.1 200 OK\r\n", b"X: ", *[b"y"] * 10_000]),
    "100 Continue": drip([b"HTTP/1.1 100 Continue\r\n\r\n"] * 10_000),
    "reads slowly": read_slowly,
}


@pytest.fixture(params=["http", "https"])
def serve(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, certified: ssl.SSLContext
) -> Iterator[Callable[[Script], str]]:
    monkeypatch.setattr(deadline, "TOTAL_SECONDS", 1.0)
    servers: list[Dripping] = []

    def start(script: Script) -> str:
        servers.append(Dripping(script, certified if request.param == "https" else None))
        return f"{request.param}://localhost:{servers[-1].port}/v1/traces"

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_drips_is_given_up_and_tried_again(serve: Callable[[Script], str], script: str) -> None:
    outcome = Exporter(DeliverySettings(serve(SCRIPTS[script]))).post(
        bytes(8 << 20) if script == "reads slowly" else b"x"
    )
    assert not outcome.is_final
    assert "no whole answer within" in outcome.reason or "timed out" in outcome.reason


def test_a_status_is_an_answer_whatever_becomes_of_the_body(serve: Callable[[Script], str]) -> None:
    script = drip([b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", *[b"x"] * 10_000])
    assert Exporter(DeliverySettings(serve(script))).post(b"x").is_accepted


def test_what_a_server_sends_is_fit_for_a_log(serve: Callable[[Script], str]) -> None:
    outcome = Exporter(DeliverySettings(serve(drip([b"\x1b[31mred\x07" * 1_000 + b"\r\n"])))).post(b"x")
    assert outcome.reason.isprintable() and len(outcome.reason) <= 200
