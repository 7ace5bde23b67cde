"""Where `failcat demo` sends to."""

from __future__ import annotations

from http.server import SimpleHTTPRequestHandler

import pytest
from tests.support.local_http import LocalHttpServer

from failcat_sidecar.demo import require_sidecar
from failcat_sidecar.errors import FailcatError


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1", "https://127.0.0.1:1", "http://[::1]:1"])
def test_a_sidecar_that_is_not_there_is_told(endpoint: str) -> None:
    with pytest.raises(FailcatError, match=r"no sidecar at .* start one with"):
        require_sidecar(endpoint)


def test_another_program_at_the_endpoint_is_told() -> None:
    with (
        LocalHttpServer(SimpleHTTPRequestHandler) as server,
        pytest.raises(FailcatError, match=r"no Failcat .SimpleHTTP"),
    ):
        require_sidecar(server.url)
