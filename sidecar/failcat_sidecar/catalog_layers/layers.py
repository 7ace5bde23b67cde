"""The current catalog of a running sidecar. A new one replaces it when it is complete.

Files are checked every two seconds, promoted entries every thirty, both on SIGHUP. An error in a new version is logged
and counted; it never ends the sidecar.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogError
from failcat_catalog.types import Match, Observation
from failcat_sidecar.catalog_layers.files import fingerprint
from failcat_sidecar.catalog_layers.promoted import Layered, read_cache, with_promoted, write_cache
from failcat_sidecar.metrics import Metrics
from failcat_storage.database import Database
from failcat_storage.errors import StorageError
from failcat_storage.promoted import PromotedEntries, PromotedEntry, promoted_entries

FILES_SECONDS = 2.0
PROMOTED_SECONDS = 30.0

UseCatalog = Callable[[Callable[[Observation], Match], str], Awaitable[None]]

log = logging.getLogger("failcat.catalog")


class CatalogLayers:
    """Holds the current catalog. Create it before the event loop has other work; raises CatalogError for a broken
    file."""

    def __init__(self, paths: Sequence[Path], cache_file: Path, metrics: Metrics) -> None:
        self._paths = paths
        self._cache_file = cache_file
        self._metrics = metrics
        self._fingerprint = fingerprint(paths)  # before the files are read, so that no later change is missed
        self._base = Catalog.load(paths)
        self._desired = self._cached()  # promoted entries as read, broken ones included
        self._active: tuple[PromotedEntry, ...] = ()  # those in the catalog
        self._revision = ""
        self._use: UseCatalog | None = None
        self._building = asyncio.Lock()
        self._files_requested, self._promoted_requested = asyncio.Event(), asyncio.Event()
        self._is_unreachable = False
        self.catalog = self._first()

    def follow(self, use: UseCatalog) -> None:
        """Awaits `use(match, version)` with every later catalog, in the event loop."""
        self._use = use

    def reload(self) -> None:
        """Checks everything now, and reloads files even if they have not changed."""
        self._files_requested.set()
        self._promoted_requested.set()

    async def watch_files(self) -> None:
        """Runs until cancelled."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.reload)
        while True:
            requested = await _requested_within(self._files_requested, FILES_SECONDS)
            found = await asyncio.to_thread(fingerprint, self._paths)
            if requested or found != self._fingerprint:
                self._fingerprint = found
                await self._rebuild(files=True)

    async def watch_promoted(self, database_url: str) -> None:
        """Runs until cancelled; an unreachable database is polled again."""
        while True:
            found = await self._read_promoted(database_url)
            if found is not None:
                if found.left_out:
                    log.error("%d promoted entries are left out: together they are too large", found.left_out)
                await self._take_promoted(found)
            await _requested_within(self._promoted_requested, PROMOTED_SECONDS)

    async def _read_promoted(self, database_url: str) -> PromotedEntries | None:
        """None when nothing has changed or the database is unreachable."""
        try:
            async with Database.once(database_url) as database:
                found = await promoted_entries(database, self._revision)
        except StorageError as error:
            if not self._is_unreachable:
                log.warning("promoted entries cannot be read, the last ones stay in use (logged once): %s", error)
            self._is_unreachable = True
            return None
        self._is_unreachable = False
        return found

    async def _take_promoted(self, found: PromotedEntries) -> None:
        if found.entries != self._desired:
            await self._rebuild(promoted=found.entries)
            try:
                await asyncio.to_thread(write_cache, self._cache_file, self._active)
            except OSError as error:
                log.warning("promoted entries cannot be cached for a start without the database: %s", error)
        self._revision = found.mark

    async def _rebuild(self, *, files: bool = False, promoted: tuple[PromotedEntry, ...] | None = None) -> None:
        """Builds a catalog from the current files or these promoted entries, in a thread, while intake goes on. Keeps
        the old catalog if that fails."""
        async with self._building:
            desired = self._desired if promoted is None else promoted
            try:
                base, layered = await asyncio.to_thread(self._build, desired, files=files)
            except Exception as error:  # a file can be broken in any way
                log.error("the catalog was not reloaded, %s stays in use: %s", self.catalog.version, _describe(error))
                self._metrics.catalog_reloaded("failed")
                return
            self._base, self._desired, self._active = base, desired, layered.used
            self.catalog = layered.catalog
            await self._announce(layered)
            # The replaced catalog refers to itself, and the sidecar collects cycles rarely.
            await asyncio.to_thread(gc.collect)

    def _build(self, desired: tuple[PromotedEntry, ...], *, files: bool) -> tuple[Catalog, Layered]:
        base = Catalog.load(self._paths) if files else self._base
        return base, _compiled(with_promoted(base, desired, before=self._active))

    async def _announce(self, layered: Layered) -> None:
        catalog = layered.catalog
        if self._use:
            await self._use(catalog.match, catalog.version)
        for problem in layered.problems:
            log.error("%s; it is left out, or its last good version stays", problem)
        self._metrics.catalog_reloaded("failed" if layered.problems else "succeeded")
        counts = len(catalog.entries), len(catalog.rules), len(catalog.ignore)
        log.info("catalog %s: %d codes, %d rules, %d that ignore", catalog.version, *counts)

    def _cached(self) -> tuple[PromotedEntry, ...]:
        try:
            return read_cache(self._cache_file)
        except CatalogError as error:
            log.error("promoted entries are read when the database is reachable: %s", error)
            return ()

    def _first(self) -> Catalog:
        """Uses the valid ones of the cached entries: broken ones must not prevent the start."""
        try:
            layered = with_promoted(self._base, self._desired)
        except CatalogError as error:
            layered = Layered(self._base, (), (str(error),))
        for problem in layered.problems:
            log.error("%s; it is left out", problem)
        self._active = layered.used
        return _compiled(layered).catalog


def _compiled(layered: Layered) -> Layered:
    """Compiles all patterns now: it takes a tenth of a second, which no failure should wait for."""
    layered.catalog.warm_up()
    return layered


def _describe(error: Exception) -> str:
    return str(error) if isinstance(error, CatalogError) else f"{type(error).__name__}: {error}"


async def _requested_within(requested: asyncio.Event, seconds: float) -> bool:
    """Returns whether the event was set within the time, and clears it."""
    try:
        async with asyncio.timeout(seconds):
            await requested.wait()
    except TimeoutError:
        return False
    requested.clear()
    return True
