"""Gauges of the spool, of quarantine and of the database, read at each scrape. `metrics` declares the rest."""

from __future__ import annotations

from collections.abc import Callable

from failcat_sidecar.metrics import Metrics
from failcat_sidecar.quarantine_watch import QuarantineWatch
from failcat_sidecar.spool import Spool
from failcat_storage.size import DatabaseSize


def declare_spool_gauges(metrics: Metrics, spool: Spool) -> None:
    gauge = metrics.gauge
    gauge("failcat_spool_bytes", "Bytes queued in the spool.", lambda: spool.stats.bytes)
    gauge("failcat_spool_records", "Records queued in the spool.", lambda: spool.stats.records)
    gauge("failcat_spool_capacity_bytes", "FAILCAT_SPOOL_MAX_BYTES.", lambda: spool.stats.capacity_bytes)
    gauge("failcat_spool_oldest_age_seconds", "Longest wait.", lambda: spool.stats.oldest_age_seconds)
    gauge("failcat_spool_damaged_segments", "Damaged segments found.", lambda: spool.stats.damaged_segments)
    gauge("failcat_spool_torn_segments", "Last append not intact.", lambda: spool.stats.torn_segments)
    gauge("failcat_spool_disk_failed", "1 while writes to the disk fail.", lambda: bool(spool.stats.disk_error))
    gauge("failcat_spool_missing_segments", "Missing segments.", lambda: spool.stats.missing_segments)


def declare_quarantine_gauges(metrics: Metrics, watch: QuarantineWatch) -> None:
    quarantined, dead_letters = "failcat_quarantined_records", "failcat_dead_letter_records"
    metrics.gauge_by_reason(quarantined, "Records in failure_quarantine.", lambda: watch.quarantined_records)
    metrics.gauge("failcat_quarantined_bytes", "Bytes of these records.", lambda: watch.quarantined_bytes)
    metrics.gauge_by_reason(dead_letters, "Records in this host's dead letters.", lambda: watch.dead_letter_records)
    metrics.gauge("failcat_dead_letter_bytes", "Bytes of these dead letters.", lambda: watch.dead_letter_bytes)


def declare_database_gauges(
    metrics: Metrics, size: DatabaseSize, clock_offset_seconds: Callable[[], float | None]
) -> None:
    offset = "How far this host's clock is ahead of the database's."
    metrics.gauge("failcat_clock_offset_seconds", offset, clock_offset_seconds)
    metrics.gauge("failcat_database_bytes", "Bytes of the database's files.", lambda: size.bytes or None)
    metrics.gauge("failcat_database_max_bytes", "The limit of these bytes; 0: none.", lambda: size.max_bytes or 0)
