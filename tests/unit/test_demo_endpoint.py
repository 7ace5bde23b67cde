"""Where `failcat demo` sends to."""

from __future__ import annotations

import pytest

from failcat_sidecar.demo import require_sidecar
from failcat_sidecar.errors import FailcatError


@pytest.mark.parametrize(
    "endpoint", ["localhost:4318", "127.0.0.1", "off", "ftp://host", "http://host:port", "http://[::1"]
)
def test_what_is_not_a_url_is_not_taken_for_a_sidecar_that_is_away(endpoint: str) -> None:
    with pytest.raises(FailcatError, match="is not a URL such as"):
        require_sidecar(endpoint)


def test_a_sidecar_that_is_away_is_told_from_a_wrong_url() -> None:
    with pytest.raises(FailcatError, match=r"no sidecar at .* start one with"):
        require_sidecar("http://127.0.0.1:1")
