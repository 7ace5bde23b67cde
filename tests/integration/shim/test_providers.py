"""Every tracer provider of a process is joined once, whoever made it and when."""

from __future__ import annotations

import pytest
from tests.integration.shim.conftest import Agent
from tests.support.otlp_sink import OtlpSink

LIBRARY = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

class Sub(TracerProvider):
    '''As of a library: a class of its own, that needs its own fields to add a processor.'''
    def __init__(self):
        super().__init__()
        self.added = []

    def add_span_processor(self, processor):
        self.added.append(processor)
        super().add_span_processor(processor)

class Wrapper(trace.TracerProvider):
    '''As Logfire's: the program's provider is inside.'''
    def __init__(self):
        self.provider = TracerProvider()

    def get_tracer(self, *args, **kwargs):
        return self.provider.get_tracer(*args, **kwargs)

    def add_span_processor(self, processor):
        self.provider.add_span_processor(processor)

class Foreign(trace.TracerProvider):
    '''Of another SDK: all that is known of it is `add_span_processor`.'''
    def __init__(self):
        self._hidden = [TracerProvider.__new__(TracerProvider)]
        TracerProvider.__init__(self._hidden[0])

    def get_tracer(self, *args, **kwargs):
        return self._hidden[0].get_tracer(*args, **kwargs)

def fail(provider, name):
    try:
        with provider.get_tracer("t").start_as_current_span(name):
            raise LookupError(name)
    except LookupError:
        pass
"""


PROGRAM = """
provider = {make}
if {is_global}:
    trace.set_tracer_provider(provider)
tracer = provider.get_tracer("made before")
import failcat; failcat.instrument(); failcat.instrument()
fail(provider, "first")
with failcat.run("r1"):
    fail(provider, "second")
failcat.uninstrument()
fail(provider, "third")
fail({make}, "fourth")
"""


@pytest.mark.parametrize("is_early", [True, False])
@pytest.mark.parametrize("make", ["TracerProvider()", "Sub()", "Wrapper()", "Foreign()"])
@pytest.mark.parametrize("is_global", [True, False])
def test_a_provider_is_joined_once(is_global: bool, make: str, is_early: bool, agent: Agent, sink: OtlpSink) -> None:
    early = "import failcat; failcat.instrument()" if is_early else ""
    ended = agent(early + LIBRARY + PROGRAM.format(make=make, is_global=is_global))
    assert [span.message for span in sink.failures] == ["LookupError: first", "LookupError: second"], ended.stderr
    assert sink.failures[1].attributes["failcat.run_id"] == "r1"


CHOICE = """
import failcat
other, mine = TracerProvider(), TracerProvider()
failcat.instrument(tracer_provider=mine)
fail(mine, "mine")
fail(other, "other")
fail(TracerProvider(), "later")
"""


def test_with_a_provider_of_ones_choice_no_other_is_joined(agent: Agent, sink: OtlpSink) -> None:
    ended = agent(LIBRARY + CHOICE)
    assert [span.message for span in sink.failures] == ["LookupError: mine"], ended.stderr
