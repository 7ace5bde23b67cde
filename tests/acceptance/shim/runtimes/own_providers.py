"""Libraries with tracer providers of their own: Logfire's, and MLflow's isolated one. `early` instruments first."""

import os
import sys

import failcat

if sys.argv[1] == "early":
    failcat.instrument()

import logfire
import mlflow
from mlflow.tracing import provider

logfire.configure(send_to_logfire=False, console=False)
mlflow.set_tracking_uri("http://127.0.0.1:9")
provider.provider.get_or_init_tracer("agent")
isolated = provider.provider._isolated_tracer_provider
if sys.argv[1] != "early":
    failcat.instrument()
processors = isolated._active_span_processor
theirs = [each for each in processors._span_processors if type(each).__module__.startswith("mlflow")]
assert theirs, "MLflow's own processors, which need its server"
processors._span_processors = tuple(each for each in processors._span_processors if each not in theirs)
for span in (logfire.span("of logfire"), isolated.get_tracer("agent").start_as_current_span("of mlflow")):
    try:
        with span:
            raise LookupError("no order")
    except LookupError:
        pass
failcat.flush()
sys.stdout.flush()
os._exit(0)  # MLflow would try to reach its server
