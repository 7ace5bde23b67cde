"""All metrics of the sidecar, declared here and nowhere else: OpenTelemetry instruments behind a Prometheus reader.

Names and labels are fixed; dashboards and alerts depend on them. Labels come from closed sets, and `error_code` of
misses from the first 200 codes seen, so that hostile input cannot make unbounded series.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry, ProcessCollector

from failcat_sidecar.receive.export import Signal, Transport
from failcat_sidecar.receive.observer import Reason
from failcat_sidecar.spool import Spool

MAX_LABEL_VALUES = 200
OTHER = "other"
SECONDS_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """The instruments, as functions named after what happened. Not thread-safe: one event loop."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._reader = PrometheusMetricReader(
            disable_target_info=True, scope_info_enabled=False, registry=self.registry
        )
        self._provider = MeterProvider([self._reader], resource=Resource.get_empty(), shutdown_on_exit=False)
        self._meter = self._provider.get_meter("failcat")
        ProcessCollector(registry=self.registry)
        self._miss_codes = BoundedLabel()
        self._recovered_codes = BoundedLabel()  # agents name them, so they are no closed set either
        counter = self._meter.create_counter
        self._hits = counter("failure_match_hits", description="Failures that the catalog recognised.")
        self._misses = counter("failure_match_misses", description="Failures that the catalog does not know.")
        self._recovery_success = counter("recovery_success", description="Recovery attempts that worked.")
        self._recovery_failure = counter("recovery_failure", description="Recovery attempts that did not work.")
        self._propagated = counter("failure_propagated", description="Failing spans that only passed a failure on.")
        self._duplicates = counter("failcat_duplicate_failures", description="Failures that were sent again.")
        self._persisted = counter("failure_persisted", description="Rows really inserted into failure_matches.")
        self._quarantined = counter("failure_quarantined", description="Records set aside, by reason.")
        self._spans = counter("failcat_received_spans", description="Spans by transport and outcome.")
        self._log_records = counter("failcat_received_log_records", description="Log records by transport and outcome.")
        self._requests = counter("failcat_requests_rejected", description="Export requests turned away, by reason.")
        self._store_errors = counter("failcat_store_errors", description="Failed attempts to write to PostgreSQL.")
        self._reloads = counter("failcat_catalog_reloads", description="Catalog reloads by outcome.")
        self._lag = self._histogram("failcat_store_lag_seconds", "From a failure's occurrence to its row.")
        self._write = self._histogram("failcat_store_write_seconds", "One transaction of the writer.")
        self._consume = self._histogram("failcat_consume_seconds", "One export request, parsed to durable.")

    def _histogram(self, name: str, description: str):  # type: ignore[no-untyped-def]  # the SDK's type is private
        return self._meter.create_histogram(
            name, description=description, explicit_bucket_boundaries_advisory=list(SECONDS_BUCKETS)
        )

    def gauge(self, name: str, description: str, read: Callable[[], float]) -> None:
        """Declares a gauge that is read at each scrape."""

        def observe(_: CallbackOptions) -> Iterable[Observation]:
            yield Observation(read())

        self._meter.create_observable_gauge(name, callbacks=[observe], description=description)

    def watch_spool(self, spool: Spool) -> None:
        self.gauge("failcat_spool_bytes", "Bytes that wait.", lambda: spool.stats.bytes)
        self.gauge("failcat_spool_records", "Records that wait.", lambda: spool.stats.records)
        self.gauge("failcat_spool_capacity_bytes", "FAILCAT_SPOOL_MAX_BYTES.", lambda: spool.stats.capacity_bytes)
        self.gauge("failcat_spool_oldest_age_seconds", "Longest wait.", lambda: spool.stats.oldest_age_seconds)
        self.gauge("failcat_spool_damaged_segments", "Damage found.", lambda: spool.stats.damaged_segments)
        self.gauge("failcat_spool_missing_segments", "Lost segments.", lambda: spool.stats.missing_segments)

    def failures_accepted(self, hits: Tally[tuple[str, str, str]], misses: Tally[str]) -> None:
        """Hits by (code, category, recovery mode), misses by observed code."""
        for (code, category, mode), count in hits.items():
            self._hits.add(count, {"error_code": code, "category": category, "recovery_mode": mode})
        for code, count in misses.items():
            self._misses.add(count, {"error_code": self._miss_codes.bound(code)})

    def recovery_accepted(self, mode: str, error_code: str, succeeded: bool) -> None:
        instrument = self._recovery_success if succeeded else self._recovery_failure
        instrument.add(1, {"recovery_mode": mode, "error_code": self._recovered_codes.bound(error_code)})

    def failures_propagated(self, count: int) -> None:
        self._propagated.add(count)

    def failures_duplicated(self, count: int) -> None:
        self._duplicates.add(count)

    def rows_persisted(self, count: int) -> None:
        self._persisted.add(count)

    def records_quarantined(self, reason: str, count: int) -> None:
        self._quarantined.add(count, {"reason": reason})

    def spans_received(self, transport: str, outcome: str, count: int) -> None:
        self._spans.add(count, {"transport": transport, "outcome": outcome})

    def log_records_received(self, transport: str, outcome: str, count: int) -> None:
        self._log_records.add(count, {"transport": transport, "outcome": outcome})

    def request_rejected(self, transport: str, reason: str) -> None:
        self._requests.add(1, {"transport": transport, "reason": reason})

    def store_failed(self, kind: str) -> None:
        self._store_errors.add(1, {"kind": kind})

    def catalog_reloaded(self, outcome: str) -> None:
        self._reloads.add(1, {"outcome": outcome})

    def stored_after(self, lags_seconds: Iterable[float]) -> None:
        for lag in lags_seconds:
            self._lag.record(max(lag, 0.0))

    def written_in(self, seconds: float) -> None:
        self._write.record(seconds)

    def consumed_in(self, seconds: float) -> None:
        self._consume.record(seconds)

    def shutdown(self) -> None:
        self._provider.shutdown()


class BoundedLabel:
    """The first values stay, later ones become `other`."""

    def __init__(self) -> None:
        self._values: set[str] = set()

    def bound(self, value: str) -> str:
        if value in self._values:
            return value
        if len(self._values) >= MAX_LABEL_VALUES:
            return OTHER
        self._values.add(value)
        return value


class RequestObserver:
    """The receivers' ReceiveObserver: requests that did not reach the pipeline, or failed in it."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def refused(self, transport: Transport, signal: Signal | None, reason: Reason) -> None:
        self._metrics.request_rejected(transport, reason)

    def failed(self, transport: Transport, signal: Signal | None) -> None:
        self._metrics.request_rejected(transport, "failed")
