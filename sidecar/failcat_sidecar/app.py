"""The running sidecar: its parts, and the order in which they start and stop."""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from socket import gethostname

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogError
from failcat_core.records import UNDECODABLE, decode
from failcat_sidecar.admin import AdminServer
from failcat_sidecar.batcher import RequestBatcher
from failcat_sidecar.catalog_layers import CatalogLayers
from failcat_sidecar.dedup import Deduplicator, Joiner, RecentFailures
from failcat_sidecar.dedup.recent_failures import MAX_FAILURES
from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.extract import Extractor
from failcat_sidecar.gauges import declare_database_gauges, declare_quarantine_gauges, declare_spool_gauges
from failcat_sidecar.health import Health
from failcat_sidecar.maintenance import Maintenance
from failcat_sidecar.metrics import Metrics, RequestObserver
from failcat_sidecar.pipeline import Pipeline
from failcat_sidecar.quarantine_watch import QuarantineWatch
from failcat_sidecar.receive import ByteBudget, GrpcReceiver, HttpReceiver, ReceiveLimits
from failcat_sidecar.receive.limits import connections_to_allow
from failcat_sidecar.receive.tokens_file import TokensFile
from failcat_sidecar.schema_upgrade import SchemaUpgrade
from failcat_sidecar.settings import Address, Settings, split_password
from failcat_sidecar.size_watch import ServerDisk, SizeWatch
from failcat_sidecar.spool import Spool
from failcat_sidecar.write import DeadLetterFolder, Writer
from failcat_storage.database import check_encodings, check_url
from failcat_storage.embedded import EmbeddedPostgres, create_data_dir
from failcat_storage.store import Store

GROUP_SHARDS = 16  # rows per group counter, so that sidecars do not queue for one lock
RECORDS_A_FAILURE = 4  # its row, its enrichments and recovery attempts; rarely more
SPOOL_FOLDER = "spool"
CATALOG_CACHE_FILE = "catalog-cache.json"

log = logging.getLogger("failcat")


class Sidecar:
    """One sidecar on one host. Create it inside a running event loop; `start` raises ConfigurationError."""

    def __init__(self, settings: Settings, on_progress: Callable[[str], None]) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self._layers = load_layers(settings, self.metrics)
        self.http: HttpReceiver | None = None
        self.grpc: GrpcReceiver | None = None
        self.admin: AdminServer | None = None
        self.database_url = settings.database_url or ""
        self._tokens_file = TokensFile(settings.tokens_file) if settings.tokens_file else None
        self._tokens = self._tokens_file.tokens if self._tokens_file else None
        self._on_progress = on_progress
        self._spool: Spool | None = None
        self._store: Store | None = None
        self._joiner: Joiner | None = None
        self._embedded: EmbeddedPostgres | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._died: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        """Starts intake first: it needs only the spool, while PostgreSQL may be slow or unreachable."""
        self._spawn(self._layers.watch_files())
        if self._tokens_file:
            self._spawn(self._tokens_file.watch(self.metrics.tokens_reloaded))
        if self.database_url:
            check_url(self.database_url)
        spool = await self._open_spool()
        self.health = Health(spool)
        await self._listen(spool)
        await self._open_database()
        self._store = self._connect()
        self._drain(spool, self._store)
        self._maintain(self._store)
        self._spawn(self.health.run())
        self._spawn(self._layers.watch_promoted(self.database_url))

    def _connect(self) -> Store:
        limit = self.settings.database_limit
        return Store.connect(
            self.database_url,
            shard=_shard(self.settings.data_dir),
            direct=self._embedded is not None,
            max_table_bytes=limit.table_bytes if limit else None,
            join=self._joiner,
        )

    def _drain(self, spool: Spool, store: Store) -> None:
        """Starts what brings failures from the spool to PostgreSQL, and what counts those that it refuses."""
        dead_letters = DeadLetterFolder(self.settings.data_dir)
        writer = Writer(spool, store, self.metrics, dead_letters)
        quarantine = QuarantineWatch(dead_letters, store)
        declare_quarantine_gauges(self.metrics, quarantine)
        self.health.watch(store, writer, quarantine)
        self._spawn(quarantine.run())
        self._spawn(writer.run())

    def _maintain(self, store: Store) -> None:
        """Starts what keeps the database in shape: partitions, retention and size."""
        maintenance = Maintenance(self.database_url, self.settings.retention_days, self.metrics)
        disk = ServerDisk(self.settings.data_dir, self.settings.spool_reserve_bytes) if self._embedded else None
        size = SizeWatch(self.database_url, store, self.metrics, disk)
        declare_database_gauges(self.metrics, store.size, lambda: self.health.clock_offset_seconds)
        self.health.watch_complaints(lambda: maintenance.complaint)
        self.health.watch_complaints(lambda: size.complaint)
        self._spawn(maintenance.run())
        self._spawn(size.run())

    async def died(self) -> None:
        """Never returns; raises the exception that ended a task of the running sidecar."""
        await self._died

    async def stop(self) -> None:
        """Stops accepting, finishes requests in flight, drains the spool within FAILCAT_DRAIN_SECONDS, closes. Every
        part is stopped, even if another raises; the first error is raised at the end."""
        errors: list[Exception] = []
        for step in self._stop_steps(time.monotonic() + self.settings.drain_seconds):
            try:
                await step
            except Exception as error:
                log.exception("a part of the sidecar failed to stop")
                errors.append(error)
        if errors:
            raise errors[0]

    def _stop_steps(self, deadline: float) -> Iterator[Coroutine[object, object, None]]:
        """Each coroutine is created when the one before it has ended; `deadline` is of `time.monotonic()`."""
        if self._embedded:
            yield asyncio.to_thread(self._embedded.thaw)  # it must store the rest of the spool
        yield self._stop_receivers()
        if self._spool and self._store:
            yield self.health.drained(deadline)
        yield self._end_tasks()
        if self._spool:
            yield self._spool.close()
        if self._store:
            yield self._store.close()
        if self._embedded:
            yield self._embedded.stop()
        if self.admin:
            yield self.admin.stop()
        yield self._end_metrics()

    async def _stop_receivers(self) -> None:
        receivers = [receiver for receiver in (self.http, self.grpc) if receiver]
        stops = [receiver.stop(self.settings.drain_seconds / 2) for receiver in receivers]
        for ended in await asyncio.gather(*stops, return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended

    async def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _end_metrics(self) -> None:
        self.metrics.shutdown()

    @property
    def catalog(self) -> Catalog:
        """The current catalog."""
        return self._layers.catalog

    @property
    def database_label(self) -> str:
        """A description without credentials."""
        if self._embedded:
            return f"embedded, in {self.settings.data_dir}"
        return split_password(self.database_url)[0].rpartition("@")[2]

    async def _open_spool(self) -> Spool:
        try:
            create_data_dir(self.settings.data_dir)
        except OSError as error:
            raise ConfigurationError("FAILCAT_DATA_DIR", f"{self.settings.data_dir}: {error.strerror}") from error
        self._spool = await Spool.open(
            self.settings.data_dir / SPOOL_FOLDER,
            max_bytes=self.settings.spool_max_bytes,
            reserve_free_bytes=self.settings.spool_reserve_bytes,
        )
        declare_spool_gauges(self.metrics, self._spool)
        return self._spool

    async def _listen(self, spool: Spool) -> None:
        deduplicator = Deduplicator(self.catalog.match, self.catalog.version, _remember(spool))
        self._joiner = Joiner(deduplicator.catalog)
        has_tokens = self._tokens is not None
        extractor = Extractor(keep_contents=self.settings.keep_contents, has_tokens=has_tokens)
        batcher = RequestBatcher(extractor, deduplicator, spool, self.metrics)
        self._layers.follow(batcher.use_catalog)
        consumer = Pipeline(batcher, spool, self.metrics)
        limits = ReceiveLimits(
            max_request_bytes=self.settings.max_request_bytes, max_connections=connections_to_allow()
        )
        budget = ByteBudget(limits.max_in_flight_bytes)
        observer = RequestObserver(self.metrics)
        if address := self.settings.admin:
            admin = AdminServer(self.metrics.registry, self.health.readiness, self._tokens)
            await admin.start(address.host, address.port)
            self.admin = admin
        if address := self.settings.otlp_http:
            http = HttpReceiver(consumer, limits, self._tokens, observer, budget=budget)
            await http.start(address.host, address.port, option="FAILCAT_OTLP_HTTP")
            self.http = http
        if address := self.settings.otlp_grpc:
            grpc = GrpcReceiver(consumer, limits, self._tokens, observer, budget=budget)
            http_port = self.http.port if self.http else 0
            await grpc.start(address.host, address.port, option="FAILCAT_OTLP_GRPC", http_port=http_port)
            self.grpc = grpc
            if self.http:
                self.http.relay_grpc(grpc)

    async def _open_database(self) -> None:
        if not self.database_url:
            self._embedded = await EmbeddedPostgres.start(
                self.settings.data_dir, limit=self.settings.database_limit, on_progress=self._on_progress
            )
            self.database_url = self._embedded.url
            self._spawn(self._embedded.supervise(log.warning))
        else:
            await check_encodings(self.database_url)
            if not self.settings.migrate:
                return
        schema = SchemaUpgrade(self.database_url)
        self.health.watch_complaints(lambda: schema.complaint)
        if not await schema.attempt():  # intake must not wait for an unreachable database
            self._spawn(schema.run())

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) and not self._died.done():
            self._died.set_exception(error)


def load_layers(settings: Settings, metrics: Metrics) -> CatalogLayers:
    """The built-in catalog under the operator's files and promoted entries. Raises ConfigurationError naming the file
    and the field."""
    try:
        return CatalogLayers(settings.catalog, settings.data_dir / CATALOG_CACHE_FILE, metrics)
    except CatalogError as error:
        raise ConfigurationError("FAILCAT_CATALOG", str(error)) from error


def bound_address(
    address: Address | None, listener: HttpReceiver | GrpcReceiver | AdminServer | None
) -> Address | None:
    """The address of a listener, with its actual port; None when it is off."""
    return Address(address.host, listener.port) if address and listener else None


def _remember(spool: Spool) -> RecentFailures:
    """Rebuilds the memory of recent failures from the spool before any listener opens. Reads only the newest segments,
    because older entries would be evicted again: 400,000 records took two seconds, and a full spool holds more."""
    recent_failures = RecentFailures()
    for batch in spool.replay(RECORDS_A_FAILURE * MAX_FAILURES):
        try:
            recent_failures.replay(decode(batch.payload))
        except UNDECODABLE as error:  # the writer makes it a dead letter, with a metric
            log.error("batch %s cannot be decoded: %s", batch.position, error)
    return recent_failures


def _shard(data_dir: Path) -> int:
    """Stable for this sidecar, spread over the fleet."""
    return zlib.crc32(f"{gethostname()}:{data_dir}".encode()) % GROUP_SHARDS
