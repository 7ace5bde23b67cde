"""The catalog that a running sidecar matches with, kept up to date: the old one stays until a new one is complete.

Files are looked at every two seconds, promoted entries every thirty, both on SIGHUP. Whatever is wrong with a new
version is logged and counted; it never ends the sidecar.
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
    """Holds the current catalog. Made before the event loop has other work; raises CatalogError for a broken file."""

    def __init__(self, paths: Sequence[Path], cache_file: Path, metrics: Metrics) -> None:
        self._paths = paths
        self._cache_file = cache_file
        self._metrics = metrics
        self._fingerprint = fingerprint(paths)  # before the files are read: what changes meanwhile is seen later
        self._base = Catalog.load(paths)
        self._wanted = self._cached()  # promoted entries as they were read, broken ones among them
        self._used: tuple[PromotedEntry, ...] = ()  # what the catalog was made of instead
        self._mark = ""
        self._use: UseCatalog | None = None
        self._building = asyncio.Lock()
        self._files_asked, self._promoted_asked = asyncio.Event(), asyncio.Event()
        self._database_away = False
        self.catalog = self._first()

    def follow(self, use: UseCatalog) -> None:
        """Awaits `use(match, version)` with every later catalog, in the event loop."""
        self._use = use

    def reload(self) -> None:
        """Looks at everything now; also at files that have not changed."""
        self._files_asked.set()
        self._promoted_asked.set()

    async def watch_files(self) -> None:
        """Until cancelled."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.reload)
        while True:
            asked = await _asked_within(self._files_asked, FILES_SECONDS)
            found = await asyncio.to_thread(fingerprint, self._paths)
            if asked or found != self._fingerprint:
                self._fingerprint = found
                await self._rebuild(files=True)

    async def watch_promoted(self, database_url: str) -> None:
        """Until cancelled; a database that is away is asked again."""
        while True:
            found = await self._read_promoted(database_url)
            if found is not None:
                if found.left_out:
                    log.error("%d promoted entries are left out: together they are too large", found.left_out)
                await self._take_promoted(found)
            await _asked_within(self._promoted_asked, PROMOTED_SECONDS)

    async def _read_promoted(self, database_url: str) -> PromotedEntries | None:
        """None when nothing has changed or nobody answers."""
        try:
            async with Database.once(database_url) as database:
                found = await promoted_entries(database, self._mark)
        except StorageError as error:
            if not self._database_away:
                log.warning("promoted entries cannot be read now, the last ones stay: %s", error)
            self._database_away = True
            return None
        self._database_away = False
        return found

    async def _take_promoted(self, found: PromotedEntries) -> None:
        if found.entries != self._wanted:
            await self._rebuild(promoted=found.entries)
            try:
                await asyncio.to_thread(write_cache, self._cache_file, self._used)
            except OSError as error:
                log.warning("promoted entries cannot be kept for a start without the database: %s", error)
        self._mark = found.mark

    async def _rebuild(self, *, files: bool = False, promoted: tuple[PromotedEntry, ...] | None = None) -> None:
        """Takes up the files as they are now or these promoted entries; keeps the old catalog if that cannot be done.
        It is built in a thread, while failures go on being taken in."""
        async with self._building:
            wanted = self._wanted if promoted is None else promoted
            try:
                base, layered = await asyncio.to_thread(self._build, wanted, files=files)
            except Exception as error:  # a file can be broken in any way
                log.error("the catalog was not reloaded, %s stays in use: %s", self.catalog.version, _words(error))
                self._metrics.catalog_reloaded("failed")
                return
            self._base, self._wanted, self._used = base, wanted, layered.used
            self.catalog = layered.catalog
            await self._announce(layered)
            # A catalog that was replaced refers to itself, and the sidecar hardly ever looks for cycles.
            await asyncio.to_thread(gc.collect)

    def _build(self, wanted: tuple[PromotedEntry, ...], *, files: bool) -> tuple[Catalog, Layered]:
        base = Catalog.load(self._paths) if files else self._base
        return base, _compiled(with_promoted(base, wanted, before=self._used))

    async def _announce(self, layered: Layered) -> None:
        catalog = layered.catalog
        if self._use:
            await self._use(catalog.match, catalog.version)
        for problem in layered.problems:
            log.error("%s; it is left out, or its last good version stays", problem)
        self._metrics.catalog_reloaded("failed" if layered.problems else "succeeded")
        log.info("catalog %s: %d codes, %d rules", catalog.version, len(catalog.entries), len(catalog.rules))

    def _cached(self) -> tuple[PromotedEntry, ...]:
        try:
            return read_cache(self._cache_file)
        except CatalogError as error:
            log.error("promoted entries wait for the database: %s", error)
            return ()

    def _first(self) -> Catalog:
        """Of the cached entries only what is good is used: they must not keep the sidecar from starting."""
        try:
            layered = with_promoted(self._base, self._wanted)
        except CatalogError as error:
            layered = Layered(self._base, (), (str(error),))
        for problem in layered.problems:
            log.error("%s; it is left out", problem)
        self._used = layered.used
        return _compiled(layered).catalog


def _compiled(layered: Layered) -> Layered:
    """Compiling takes a tenth of a second, which no failure should wait for."""
    layered.catalog.warm_up()
    return layered


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, CatalogError) else f"{type(error).__name__}: {error}"


async def _asked_within(asked: asyncio.Event, seconds: float) -> bool:
    """Whether the event was set before the time was over; it is cleared."""
    try:
        async with asyncio.timeout(seconds):
            await asked.wait()
    except TimeoutError:
        return False
    asked.clear()
    return True
