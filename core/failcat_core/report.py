"""Where a report comes from, and a name with its rank."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class ReportKind(StrEnum):
    """The source of a report."""

    SPAN = "span"
    CLIENT = "client"  # a CLIENT span: its view of a call to someone else
    SERVER = "server"  # a SERVER span
    LOG = "log"


class RankedName(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A name and the rank of the place where it was found; of several, the smallest rank is the best."""

    rank: int
    value: str
