"""What `failcat serve` says when it is ready."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from failcat_sidecar.app import Sidecar
from failcat_sidecar.cli.serve import _banner
from failcat_sidecar.settings import load_settings


def banner(
    http: str,
    grpc: str = "127.0.0.1:0",
    admin: str = "127.0.0.1:0",
    http_port: int = 1,
    not_ready: tuple[str, ...] = (),
) -> str:
    """Of a sidecar whose listeners got the ports 1, 2 and 3."""
    listeners = {
        "http": SimpleNamespace(port=http_port),
        "grpc": SimpleNamespace(port=2),
        "admin": SimpleNamespace(port=3),
    }
    settings = load_settings({"otlp_http": http, "otlp_grpc": grpc, "admin": admin}, {})
    catalog = SimpleNamespace(version="v", entries=(), rules=())
    readiness = SimpleNamespace(not_ready=not_ready)
    health = SimpleNamespace(readiness=lambda: readiness)
    described = {"settings": settings, "catalog": catalog, "database_label": "here", "health": health}
    return _banner(SimpleNamespace(**described, **listeners))  # type: ignore[arg-type]  # what the banner reads of a sidecar


@pytest.mark.parametrize(
    ("http", "grpc", "endpoint"),
    [
        ("127.0.0.1:0", "127.0.0.1:0", "http://127.0.0.1:1"),
        ("0.0.0.0:4318", "off", "http://127.0.0.1:1"),
        ("[::]:4318", "off", "http://[::1]:1"),
        ("off", "0.0.0.0:4317", "http://127.0.0.1:2"),
    ],
)
def test_the_banner_names_an_endpoint_that_an_agent_can_use(http: str, grpc: str, endpoint: str) -> None:
    assert f"OTEL_EXPORTER_OTLP_ENDPOINT={endpoint}" in banner(http, grpc).split()


@pytest.mark.parametrize(
    ("not_ready", "start"),
    [
        ((), "failcat: ready; catalog v: "),
        (("no schema",), "failcat: NOT READY: no schema; catalog v: "),
        (("no disk", "no schema"), "failcat: NOT READY: no disk; no schema; catalog v: "),
    ],
)
def test_the_banner_says_ready_only_when_it_is(not_ready: tuple[str, ...], start: str) -> None:
    assert banner("off", not_ready=not_ready).startswith(start)


def test_the_banner_invites_nobody_when_both_listeners_are_off() -> None:
    assert "ENDPOINT" not in banner("off", "off")


@pytest.mark.parametrize(
    ("http", "port", "ending"),
    [
        ("127.0.0.1:4318", 4318, "Try it: failcat demo"),
        ("0.0.0.0:4318", 4318, "Try it: failcat demo"),
        ("127.0.0.1:0", 5, "Try it: failcat demo --endpoint http://127.0.0.1:5"),
        ("off", 0, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:2"),  # the demo speaks HTTP
    ],
)
def test_the_demo_is_offered_as_it_works_here(http: str, port: int, ending: str) -> None:
    assert banner(http, http_port=port).endswith(ending)


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("postgresql://me:s3cr3t@db:5432/failcat", "db:5432/failcat"),
        ("postgresql://db/failcat?user=me&password=s3cr3t", "postgresql://db/failcat?user=me"),
    ],
)
async def test_the_banner_shows_no_password(url: str, label: str, tmp_path: Path) -> None:
    settings = load_settings({"database_url": url, "data_dir": str(tmp_path)}, {})
    assert Sidecar(settings, on_progress=print).database_label == label


def test_the_banner_tells_where_metrics_really_are() -> None:
    assert "http://127.0.0.1:3/metrics" in banner("off", admin="0.0.0.0:0")
