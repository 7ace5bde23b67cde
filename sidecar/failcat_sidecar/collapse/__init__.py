"""Collapse: one failure, one row, whatever spans and log records report it, in one request or several."""

from failcat_sidecar.collapse.collapser import Classified, Collapsed, Collapser
from failcat_sidecar.collapse.member import Matcher
from failcat_sidecar.collapse.recents import RecentFailures

__all__ = ["Classified", "Collapsed", "Collapser", "Matcher", "RecentFailures"]
