"""The disk of the spool dies under a running sidecar: everything that is asked says so, until the disk is back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from tests.support.ext4 import Ext4
from tests.support.load import LoadGenerator
from tests.support.sidecar import SidecarProcess, failcat, post

NOWHERE = "postgresql://x@127.0.0.1:1/none"  # refuses, which costs readiness nothing


@pytest.fixture
def ext4(tmp_path: Path) -> Iterator[Ext4]:
    disk = Ext4(tmp_path)
    yield disk
    disk.pull_out()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_dead_disk_is_not_ready_and_a_live_one_is_again(ext4: Ext4) -> None:
    settings = {
        "FAILCAT_SPOOL_RESERVE_BYTES": "0",
        "FAILCAT_SPOOL_MAX_BYTES": "8MiB",
        "FAILCAT_MAX_REQUEST_BYTES": "1MiB",
    }
    data = ext4.mount / "data"
    load = LoadGenerator(seed=1)
    with SidecarProcess(data, NOWHERE, settings) as sidecar:
        until(lambda: "failcat: ready; " in sidecar.log())
        post(sidecar, load.batch(1))
        ext4.die()
        until(lambda: not sidecar.readiness()["ready"])
        assert "fail, see FAILCAT_DATA_DIR: Input/output error" in sidecar.readiness()["not_ready"][0]
        with pytest.raises(HTTPError, match="503"):
            post(sidecar, load.batch(1))
        rejected = 'failcat_requests_rejected_total{reason="spool_disk_failed",transport="http"}'
        assert (sidecar.metrics()[rejected], sidecar.metric("failcat_spool_disk_failed")) == (1, 1)
        examined = failcat("doctor", **sidecar.settings())
        assert f"FAIL disk         a file cannot be written in {data / 'spool'}: Input/output error" in examined.stdout
        ext4.pull_out()
        ext4.plug_in()
        until(lambda: sidecar.readiness()["ready"])
        post(sidecar, load.batch(1))
        assert sidecar.metric("failcat_spool_disk_failed") == 0
        assert "not ready: writes to the spool's disk fail" in sidecar.log()
