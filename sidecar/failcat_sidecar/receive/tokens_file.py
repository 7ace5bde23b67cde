"""Takes up a changed tokens file while the sidecar runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.receive.auth import Tokens

log = logging.getLogger("failcat.tokens")

POLL_SECONDS = 0.5

_Mark = tuple[int, ...] | None  # what tells one state of the file from another; None for no file


class TokensFile:
    """The tokens of a file, which follow its changes. Raises ConfigurationError if the file is wrong at first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._mark()  # before it is read, so that no change is missed
        self.tokens = Tokens.load(path)

    async def watch(self, reloaded: Callable[[str], None]) -> None:
        """Until cancelled. `reloaded` is told succeeded or failed; after a failure the old tokens stay in use."""
        last = self._known
        while True:
            await asyncio.sleep(POLL_SECONDS)
            mark = await asyncio.to_thread(self._mark)
            if mark != self._known and mark == last:  # it is not being written any more
                self._known = mark
                reloaded(await asyncio.to_thread(self._reload))
            last = mark

    def _reload(self) -> str:
        try:
            self.tokens.replace(Tokens.load(self._path))
        except ConfigurationError as error:
            log.error("the tokens were not reloaded, the old ones stay in use: %s", error)
            return "failed"
        log.info("the tokens were reloaded from %s", self._path)
        return "succeeded"

    def _mark(self) -> _Mark:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_mode
