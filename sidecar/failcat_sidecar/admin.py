"""The operator's listener: /metrics, /healthz, /readyz."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.receive.auth import Tokens

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether failures should be sent here, and what an operator should know."""

    not_ready: tuple[str, ...] = ()  # why intake refuses or would not be stored
    degraded: tuple[str, ...] = ()  # works, but not as it should: PostgreSQL away
    details: dict[str, object] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        return not self.not_ready

    def document(self) -> dict[str, object]:
        return {"ready": self.ready, "not_ready": self.not_ready, "degraded": self.degraded, **self.details}


class AdminServer:
    """Serves metrics and health. `/healthz` and `/readyz` need no token."""

    def __init__(self, registry: CollectorRegistry, readiness: Callable[[], Readiness], tokens: Tokens | None) -> None:
        self._registry = registry
        self._readiness = readiness
        self._tokens = tokens
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int, option: str = "FAILCAT_ADMIN") -> None:
        app = web.Application()
        app.add_routes(
            [
                web.get("/metrics", self._authorised(self._metrics)),
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            raise ConfigurationError(option, f"cannot listen on {host}:{port}: {error.strerror or error}") from error

    @property
    def port(self) -> int:
        assert self._runner is not None
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    def _authorised(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            if self._tokens is not None:
                self._tokens.authenticate(request.headers.get("Authorization"))
            return await handler(request)

        return guarded

    async def _metrics(self, request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _readyz(self, _: web.Request) -> web.Response:
        readiness = self._readiness()
        return web.json_response(readiness.document(), status=200 if readiness.ready else 503)
