"""The sidecar's counters and histograms: OpenTelemetry instruments behind a Prometheus reader. Gauges that read other
parts are declared in `gauges`.

Names and labels are fixed; dashboards and alerts depend on them. Labels come from closed sets, and `error_code` of
misses from the first 200 codes seen, so that hostile input cannot make unbounded series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.registry import Collector

from failcat_catalog.text import printable
from failcat_sidecar.export import AnySignal, Transport, UnstoredSignal
from failcat_sidecar.rejections import RejectionReason

MAX_LABEL_VALUES = 200
OTHER = "other"
MAX_BUFFERED_VALUES = 128
SECONDS_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)


class Metrics:
    """The instruments, as functions named after events. Not thread-safe: one event loop."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._histograms: list[ScrapedHistogram] = []
        self.registry.register(_Flush(self._histograms))  # before the reader, which collects after the flush
        self._reader = PrometheusMetricReader(
            disable_target_info=True, scope_info_enabled=False, registry=self.registry
        )
        self._provider = MeterProvider([self._reader], resource=Resource.get_empty(), shutdown_on_exit=False)
        self._meter = self._provider.get_meter("failcat")
        ProcessCollector(registry=self.registry)
        self._miss_codes = BoundedLabel()
        self._ignoring_rules = BoundedLabel()  # operators may load any number of catalogs while a sidecar runs
        self._recovered_codes = BoundedLabel()  # agents choose them, so they are no closed set either
        hit = ("error_code", "category", "recovery_mode")
        recovery = ("recovery_mode", "error_code")
        received = ("transport", "outcome")
        self._hits = self._counter("failure_match_hits", "Failures that the catalog recognised.", *hit)
        self._misses = self._counter("failure_match_misses", "Failures that the catalog does not know.", "error_code")
        self._ignored = self._counter("failcat_failures_ignored", "Failures that a rule under ignore: drops.", "rule")
        self._recovery_success = self._counter("recovery_success", "Recovery attempts that worked.", *recovery)
        self._recovery_failure = self._counter("recovery_failure", "Recovery attempts that did not work.", *recovery)
        self._recoveries_invalid = self._counter("failcat_recoveries_invalid", "Outcomes that are lost.", "reason")
        self._propagated = self._counter("failure_propagated", "Failing spans that only passed a failure on.")
        self._duplicates = self._counter("failcat_duplicate_failures", "Failures that were sent again.")
        self._losses = self._counter("failure_losses", "Failures that agents report as dropped.")
        self._persisted = self._counter("failure_persisted", "Rows inserted into failure_matches.")
        self._revised = self._counter("failure_match_revised", "Rows that later reports changed, by how.", "change")
        self._unjoined = self._counter("failcat_traces_not_joined", "Traces with too many reports to be joined.")
        self._dropped = self._counter("failcat_failures_dropped", "Failures that were dropped, by reason.", "reason")
        self._quarantined = self._counter("failure_quarantined", "Quarantined records, by reason.", "reason")
        self._quarantine_dropped = self._counter(
            "failcat_quarantine_dropped", "Records that quarantine had no room for.", "reason"
        )
        self._spans = self._counter("failcat_received_spans", "Spans by transport and outcome.", *received)
        self._log_records = self._counter(
            "failcat_received_log_records", "Log records by transport and outcome.", *received
        )
        self._requests = self._counter("failcat_requests_rejected", "Rejected requests.", "transport", "reason")
        self._unrecognised = self._counter(
            "failcat_requests_unrecognised", "Requests of which nothing was recognised.", "transport", "reason"
        )
        self._not_stored = self._counter(
            "failcat_requests_not_stored", "Accepted requests of signals without failures.", "transport", "signal"
        )
        self._store_errors = self._counter("failcat_store_errors", "Failed attempts to write to PostgreSQL.", "kind")
        self._tokens_reloads = self._counter("failcat_tokens_reloads", "Reloads of the tokens file.", "outcome")
        self._reloads = self._counter("failcat_catalog_reloads", "Catalog reloads by outcome.", "outcome")
        self._lag = self._histogram("failcat_store_lag_seconds", "From occurrence to row, the longest of each write.")
        self._write = self._histogram("failcat_store_write_seconds", "One transaction of the writer.")
        self._consume = self._histogram("failcat_consume_seconds", "One export request, parsed to durable.")

    def _counter(self, name: str, description: str, *labels: str) -> ScrapedCounter:
        counter = ScrapedCounter(labels)
        self._meter.create_observable_counter(name, callbacks=[counter.observe], description=description)
        return counter

    def _histogram(self, name: str, description: str) -> ScrapedHistogram:
        instrument = self._meter.create_histogram(
            name, description=description, explicit_bucket_boundaries_advisory=list(SECONDS_BUCKETS)
        )
        self._histograms.append(ScrapedHistogram(instrument.record))
        return self._histograms[-1]

    def gauge(self, name: str, description: str, read: Callable[[], float | None]) -> None:
        """Declares a gauge that is read at each scrape. While `read` returns None, the gauge has no sample."""

        def observe(_: CallbackOptions) -> Iterable[Observation]:
            value = read()
            if value is not None:  # a NaN would be logged by OpenTelemetry at each scrape
                yield Observation(value)

        self._meter.create_observable_gauge(name, callbacks=[observe], description=description)

    def gauge_by_reason(self, name: str, description: str, read: Callable[[], Mapping[str, int]]) -> None:
        """Declares a gauge with one value for each reason."""

        def observe(_: CallbackOptions) -> Iterable[Observation]:
            yield from (Observation(value, {"reason": reason}) for reason, value in read().items())

        self._meter.create_observable_gauge(name, callbacks=[observe], description=description)

    def failures_accepted(self, hits: Mapping[tuple[str, str, str], int], misses: Mapping[str, int]) -> None:
        """Hits by (code, category, recovery mode), misses by observed code."""
        for labels, count in hits.items():
            self._hits.add(count, *labels)
        for code, count in misses.items():
            self._misses.add(count, self._miss_codes.bound(code))

    def failures_ignored(self, counts: Mapping[str, int]) -> None:
        """By rule."""
        for rule, count in counts.items():
            self._ignored.add(count, self._ignoring_rules.bound(rule))

    def recovery_accepted(self, mode: str, error_code: str, succeeded: bool) -> None:
        counter = self._recovery_success if succeeded else self._recovery_failure
        counter.add(1, mode, self._recovered_codes.bound(error_code))

    def recoveries_invalid(self, reason: str, count: int) -> None:
        self._recoveries_invalid.add(count, reason)

    def failures_propagated(self, count: int) -> None:
        self._propagated.add(count)

    def failures_duplicated(self, count: int) -> None:
        self._duplicates.add(count)

    def failures_lost(self, count: int) -> None:
        self._losses.add(count)

    def rows_revised(self, changes: Mapping[str, int], unjoined: int) -> None:
        """By `known`, `unknown`, `code` (the verdict) and `merged` (into another row); traces left as they are."""
        for change, count in changes.items():
            self._revised.add(count, change)
        if unjoined:
            self._unjoined.add(unjoined)

    def rows_persisted(self, count: int) -> None:
        self._persisted.add(count)

    def failures_dropped(self, reason: str, count: int) -> None:
        """`reason`: retention or size."""
        self._dropped.add(count, reason)

    def records_quarantined(self, reason: str, count: int) -> None:
        self._quarantined.add(count, reason)

    def records_dropped(self, reason: str, count: int) -> None:
        """Counts refused records that quarantine has no room for."""
        self._quarantined.add(count, reason)
        self._quarantine_dropped.add(count, reason)

    def spans_received(self, transport: str, outcome: str, count: int) -> None:
        self._spans.add(count, transport, outcome)

    def log_records_received(self, transport: str, outcome: str, count: int) -> None:
        self._log_records.add(count, transport, outcome)

    def request_rejected(self, transport: str, reason: str) -> None:
        self._requests.add(1, transport, reason)

    def request_unrecognised(self, transport: str, reason: str) -> None:
        self._unrecognised.add(1, transport, reason)

    def request_not_stored(self, transport: str, signal: str) -> None:
        self._not_stored.add(1, transport, signal)

    def store_failed(self, kind: str) -> None:
        self._store_errors.add(1, kind)

    def tokens_reloaded(self, outcome: str) -> None:
        self._tokens_reloads.add(1, outcome)

    def catalog_reloaded(self, outcome: str) -> None:
        self._reloads.add(1, outcome)

    def stored_after(self, seconds: float) -> None:
        self._lag.record(seconds)

    def written_in(self, seconds: float) -> None:
        self._write.record(seconds)

    def consumed_in(self, seconds: float) -> None:
        self._consume.record(seconds)

    def shutdown(self) -> None:
        self._provider.shutdown()


class ScrapedCounter:
    """Counts in a dictionary and becomes an OpenTelemetry counter when it is scraped, which makes counting 20 times
    cheaper."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self._labels = labels
        self._totals: dict[tuple[str, ...], int] = {} if labels else {(): 0}

    def add(self, count: int, *values: str) -> None:
        self._totals[values] = self._totals.get(values, 0) + count

    def observe(self, _: CallbackOptions) -> Iterable[Observation]:
        for values, total in list(self._totals.items()):  # the scrape may be another thread's
            yield Observation(total, dict(zip(self._labels, values, strict=True)))


class ScrapedHistogram:
    """Buffers values until it is scraped: recording them one by one costs twice as much, because the CPU caches are
    cold for each."""

    def __init__(self, record: Callable[[float], None]) -> None:
        self._record = record
        self._values: list[float] = []

    def record(self, value: float) -> None:
        self._values.append(value)
        if len(self._values) >= MAX_BUFFERED_VALUES:
            self.flush()

    def flush(self) -> None:
        while self._values:  # the scrape may be another thread's
            self._record(self._values.pop())


class _Flush(Collector):
    """Collects nothing; flushes the histograms before they are collected."""

    def __init__(self, histograms: Iterable[ScrapedHistogram]) -> None:
        self._histograms = histograms

    def collect(self) -> Iterable[Metric]:
        for histogram in self._histograms:
            histogram.flush()
        return ()


class BoundedLabel:
    """Keeps the first values, without control characters; later ones become `other`."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}  # by value

    def bound(self, value: str) -> str:
        label = self._labels.get(value)
        if label is not None:
            return label
        if len(self._labels) >= MAX_LABEL_VALUES:
            return OTHER
        self._labels[value] = printable(value)
        return self._labels[value]


class RequestObserver:
    """The receivers' ReceiveObserver: counts requests that did not reach the pipeline, or failed in it."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def refused(self, transport: Transport, signal: AnySignal | None, reason: RejectionReason) -> None:
        self._metrics.request_rejected(transport, reason)

    def not_stored(self, transport: Transport, signal: UnstoredSignal) -> None:
        self._metrics.request_not_stored(transport, signal)

    def failed(self, transport: Transport, signal: AnySignal | None) -> None:
        self._metrics.request_rejected(transport, "failed")
