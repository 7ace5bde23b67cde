"""Reloads the tokens file when it changes, while the sidecar runs."""

from __future__ import annotations

import asyncio
import logging
import stat
from collections.abc import Callable
from pathlib import Path

from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.receive.auth import TOKENS_FILE, Tokens

log = logging.getLogger("failcat.tokens")

POLL_SECONDS = 0.5

_Version = tuple[int, ...] | None  # inode, size, times and mode of the file; None for no file, or a pipe


class TokensFile:
    """The tokens of a file, updated when it changes. Raises ConfigurationError if the file is invalid at the start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._version()  # taken before the file is read, so that no change is missed
        self.tokens = Tokens.load(path)

    async def watch(self, reloaded: Callable[[str], None]) -> None:
        """Runs until cancelled. Calls `reloaded` with succeeded or failed; after a failure the old tokens stay in
        use."""
        last = self._known
        while True:
            await asyncio.sleep(POLL_SECONDS)
            version = await asyncio.to_thread(self._version)
            if version != self._known and version == last:  # it is not being written any more
                self._known = version
                reloaded(await asyncio.to_thread(self._reload))
            last = version

    def _reload(self) -> str:
        try:
            if self._path.is_fifo():  # what a pipe held was read at the start; opening it again would wait for ever
                raise ConfigurationError(TOKENS_FILE, f"{self._path} is a pipe now")
            self.tokens.replace(Tokens.load(self._path))
        except ConfigurationError as error:
            log.error("the tokens were not reloaded, the old ones stay in use: %s", error)
            return "failed"
        log.info("the tokens were reloaded from %s", self._path)
        return "succeeded"

    def _version(self) -> _Version:
        try:
            found = self._path.stat()
        except OSError:
            return None
        if stat.S_ISFIFO(found.st_mode):
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_mode
