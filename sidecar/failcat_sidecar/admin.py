"""The operator's listener: /metrics, /healthz, /readyz."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from failcat_sidecar.errors import ConfigurationError, Forbidden, Unauthenticated
from failcat_sidecar.health import Readiness
from failcat_sidecar.receive import Scope, Tokens, authorize, require_loopback_or_tokens

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class AdminServer:
    """Serves metrics and health. `/healthz` and `/readyz` need no token."""

    def __init__(self, registry: CollectorRegistry, readiness: Callable[[], Readiness], tokens: Tokens | None) -> None:
        self._registry = registry
        self._readiness = readiness
        self._tokens = tokens
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int, option: str = "FAILCAT_ADMIN") -> None:
        require_loopback_or_tokens(option, host, self._tokens)
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
            try:
                authorize(self._tokens, request.headers.get("Authorization"), Scope.ADMIN)
            except Unauthenticated as error:
                return web.Response(status=401, text=f"{error}\n", headers={"WWW-Authenticate": "Bearer"})
            except Forbidden as error:
                return web.Response(status=403, text=f"{error}\n")
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
