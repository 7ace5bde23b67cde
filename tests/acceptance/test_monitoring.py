"""What Prometheus makes of us."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.load import LoadGenerator
from tests.support.sidecar import SidecarProcess, post

pytestmark = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed; CI installs it")


def test_the_scrape_configuration_is_valid() -> None:
    configuration = Path(__file__).parents[2] / "monitoring" / "prometheus.yml"
    checked = subprocess.run(
        ["promtool", "check", "config", configuration], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_metrics_of_a_busy_sidecar_are_in_order(sidecar: SidecarProcess) -> None:
    post(sidecar, LoadGenerator(11).batch(50))
    text = sidecar.scrape()
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
