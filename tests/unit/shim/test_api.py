"""The API is found: by `dir`, `help`, the documentation, type checkers, `failcat.status()`."""

from __future__ import annotations

import logging
import pydoc
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from opentelemetry.trace import Tracer
from tests.support.environments import REPOSITORY
from tests.support.otlp_sink import OtlpSink
from tests.support.reported import flushed_failures
from tests.unit.shim import typed_agent

import failcat

DOCUMENTED = (REPOSITORY / "docs/agents.md").read_text()


def test_every_name_is_found() -> None:
    assert set(failcat.__all__) <= set(dir(failcat))
    assert failcat.__version__ == version("failcat")
    shown = pydoc.plain(pydoc.render_doc(failcat))
    assert [name for name in failcat.__all__ if f"{name}" not in shown] == []
    assert [name for name in failcat.__all__ if f"`{name}`" not in DOCUMENTED] == []
    assert [name for name in failcat.__all__ if not getattr(failcat, name).__doc__] == []


def test_what_type_checkers_accept_works(tracer: Tracer) -> None:
    """`make check` runs mypy in strict mode on it, and the tests of runtimes pyright."""
    assert (typed_agent.plain(), typed_agent.with_fallback()) == ("gpt-5", "gpt-5")
    assert typed_agent.use() == (failcat.__version__, True, failcat.dropped())


def test_an_exception_that_is_logged_is_reported_once(tracer: Tracer, sink: OtlpSink) -> None:
    logger, handler = logging.getLogger("agent.tools"), failcat.FailureHandler()
    logger.addHandler(handler)
    try:
        with failcat.run("r1"):
            try:
                raise LookupError("no order")
            except LookupError:
                logger.exception("tool %s failed", "search")
                logger.warning("a lower level", exc_info=True)
                logger.error("no exception")
        logging.getLogger("failcat").addHandler(handler)
        logging.getLogger("failcat").error("its own", exc_info=ValueError("own"))
    finally:
        logger.removeHandler(handler)
        logging.getLogger("failcat").removeHandler(handler)
    (failure,) = flushed_failures(sink)
    assert failure.attributes["log.message"] == "tool search failed"
    assert (failure.attributes["log.logger"], failure.attributes["failcat.run_id"]) == ("agent.tools", "r1")


def test_the_status_says_whether_it_is_connected_and_what_makes_spans(tracer: Tracer, sink: OtlpSink) -> None:
    found = failcat.status()
    assert (found.is_connected, found.makes_spans, found.problem) == (True, True, "")
    assert "agent" in found.tracers
    assert str(found).startswith("ok ")
    sink.statuses = [401]
    refused = failcat.status()
    assert (refused.is_connected, "FAILCAT_TOKEN" in refused.problem) == (False, True)


@pytest.mark.parametrize(("is_running", "code"), [(True, 0), (False, 1)])
def test_doctor_of_an_agent(is_running: bool, code: int, sink: OtlpSink) -> None:
    url = sink.url if is_running else "http://127.0.0.1:9"
    ended = subprocess.run(
        [Path(sys.executable).with_name("failcat"), "doctor", "--agent"],
        env={"FAILCAT_ENDPOINT": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout.startswith("ok " if is_running else "FAIL ")) == (code, True), ended.stderr
    assert url in ended.stdout and "spans of: nothing yet" in ended.stdout
