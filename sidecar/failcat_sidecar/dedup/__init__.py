"""Deduplication: one failure, one row, however many spans and log records report it, in one request or several."""

from failcat_sidecar.dedup.deduplicator import Classified, Deduplicated, Deduplicator
from failcat_sidecar.dedup.member import Matcher
from failcat_sidecar.dedup.recent_failures import RecentFailures

__all__ = ["Classified", "Deduplicated", "Deduplicator", "Matcher", "RecentFailures"]
