"""One client's hostile request through a real sidecar: another client is served, and the memory is the request's."""

from __future__ import annotations

import gzip
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.load import LoadGenerator
from tests.support.sidecar import SidecarProcess

from failcat_sidecar.otlp.wire import message

FAILED = b"\x7a\x02\x18\x02"  # a span's status ERROR
GATES = b"password=a secret=b api_key=c token=d cookie=g ?sig=h bearer abcdefgh1 ://a:b@c " * 800
MIB = 1 << 20

# What they cost before: 9 to 35 s without an answer to anybody, or the end of the process.
REQUESTS = {
    "a large resource for each of 12,000 scopes": message(
        1, message(1, message(1, message(1, b"k") + message(2, b"")) * 6_000) + message(2, message(2, FAILED)) * 12_000
    ),
    "16 million unknown fields": b"\x78\x00" * (16 * MIB - 64),
    "a resource of unknown fields, 60 scopes": message(
        1, message(1, b"\x78\x00" * (MIB // 2)) + message(2, message(2, FAILED)) * 60
    ),
    "texts that look like secrets": message(
        1,
        message(
            2,
            b"".join(
                message(2, message(2, b"%08d" % span) + FAILED + b"".join(attribute for attribute in attributes))
                for span, attributes in enumerate(
                    [[message(9, message(1, b"%d" % n) + message(2, message(1, GATES))) for n in range(120)]] * 4
                )
            ),
        ),
    ),
}


@pytest.fixture(scope="module")
def sidecar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SidecarProcess]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    folder.chmod(0o755)
    with SidecarProcess(folder / "data", "postgresql://nobody@127.0.0.1:9/none") as running:
        yield running


def post(sidecar: SidecarProcess, body: bytes, **headers: str) -> int:
    request = urllib.request.Request(f"{sidecar.endpoint}/v1/traces", body, {"Content-Type": "application/x-protobuf"})
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def peak_mib(sidecar: SidecarProcess) -> float:
    assert sidecar.process
    status = Path(f"/proc/{sidecar.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


@pytest.mark.parametrize("name", REQUESTS)
def test_another_client_is_served_beside_a_hostile_request(sidecar: SidecarProcess, name: str) -> None:
    body, answers = gzip.compress(REQUESTS[name], 6), list[int]()
    peak = peak_mib(sidecar)
    hostile = threading.Thread(target=lambda: answers.append(post(sidecar, body, Content_Encoding="gzip")))
    hostile.start()
    while hostile.is_alive():  # how long they wait, `make prove` measures
        sidecar.readiness()
        assert post(sidecar, LoadGenerator(1).batch(2).body) == 200
    assert answers in ([200], [400])
    assert peak_mib(sidecar) - peak < 64 + len(REQUESTS[name]) / MIB
