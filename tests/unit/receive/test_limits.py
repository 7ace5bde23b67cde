"""How many connections the limit of open files allows."""

from __future__ import annotations

import resource

import pytest

from failcat_sidecar.receive import limits


@pytest.mark.parametrize(
    ("soft", "hard", "connections", "raised_to"),
    [
        (1_024, 524_288, 512, 4_096),
        (1_024, 1_024, 208, None),
        (64, 64, 4, None),
        (64, 2_048, 464, 2_048),
        (65_536, 65_536, 512, None),
        (1_024, resource.RLIM_INFINITY, 512, 4_096),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, 512, None),
    ],
)
def test_limit_of_open_files(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, connections: int, raised_to: int | None
) -> None:
    raised = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, to: raised.append(to))
    assert limits.connections_to_allow() == connections
    assert raised == ([] if raised_to is None else [(raised_to, hard)])
