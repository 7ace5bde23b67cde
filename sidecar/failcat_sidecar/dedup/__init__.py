"""Deduplication: which reports are one failure, and the row that they give; what is counted when they are accepted."""

from failcat_sidecar.dedup.best import Matcher
from failcat_sidecar.dedup.deduplicator import Classified, Deduplicated, Deduplicator
from failcat_sidecar.dedup.join import Joiner
from failcat_sidecar.dedup.recent_failures import RecentFailures

__all__ = ["Classified", "Deduplicated", "Deduplicator", "Joiner", "Matcher", "RecentFailures"]
