"""Logs refused requests: who sent them, why they were refused, and what to do. One line a minute and reason."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from failcat_catalog.text import printable
from failcat_sidecar.export import Transport
from failcat_sidecar.rejections import RejectionReason

log = logging.getLogger("failcat.receive")

LOG_SECONDS = 60.0
MAX_PEER_CHARACTERS = 100


@dataclass(slots=True)
class _Refusals:
    """Of one reason and transport."""

    logged_at: float  # of the loop's time
    unlogged: int = 0


class RefusalLog:
    """Its size is that of a closed set: reasons and transports."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._refusals: dict[RejectionReason, _Refusals] = {}

    def refused(self, reason: RejectionReason, peer: str, text: str) -> None:
        """`text` says to the client why; it may quote what the client has sent."""
        now = self._loop.time()
        before = self._refusals.get(reason)
        if before is not None and now - before.logged_at < LOG_SECONDS:
            before.unlogged += 1
            return
        more = f"; {before.unlogged} more since the last line" if before and before.unlogged else ""
        self._refusals[reason] = _Refusals(now)
        who = printable(peer[:MAX_PEER_CHARACTERS]) or "an unknown client"
        log.warning("refused a request over %s from %s (%s): %s%s", self._transport, who, reason, printable(text), more)
