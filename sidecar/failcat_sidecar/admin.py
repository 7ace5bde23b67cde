"""The operator's listener: /metrics, /healthz, /readyz."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from failcat_sidecar.errors import Forbidden, Unauthenticated
from failcat_sidecar.health import Readiness
from failcat_sidecar.receive import (
    ReceiveLimits,
    RejectionReason,
    Tokens,
    TokenScope,
    authorize,
    require_loopback_or_tokens,
)
from failcat_sidecar.receive.auth import Misdirected, check_host
from failcat_sidecar.receive.connections import Connection, Server
from failcat_sidecar.receive.listener import Listener
from failcat_sidecar.receive.pool import ConnectionPool

LIMITS = ReceiveLimits(max_connections=64)
"""For a few scrapers and probes, which send requests without a body."""

_METHODS = ("GET", "HEAD")


class AdminServer:
    """Serves metrics and health. `/healthz` and `/readyz` need no token."""

    def __init__(
        self,
        registry: CollectorRegistry,
        readiness: Callable[[], Readiness],
        tokens: Tokens | None,
        limits: ReceiveLimits = LIMITS,
    ) -> None:
        self._registry = registry
        self._readiness = readiness
        self._tokens = tokens
        self._limits = limits
        self._pages = {"/metrics": self._metrics, "/healthz": self._healthz, "/readyz": self._readyz}
        self._listener: Listener | None = None
        self.port = 0

    async def start(self, host: str, port: int, option: str = "FAILCAT_ADMIN") -> None:
        """Listens; port 0 takes a free one, see `.port`. Raises ConfigurationError naming `option`."""
        require_loopback_or_tokens(option, host, self._tokens)
        self._pool: ConnectionPool[Connection] = ConnectionPool(self._limits, _not_counted)
        listener = Listener(option, Server(self._handle, self._pool, _answer_bad_http), self._pool.make_room)
        try:
            await listener.start(host, port)
        except BaseException:
            self._pool.close()
            raise
        self._listener = listener
        self.port = listener.port

    async def stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._pool.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        assert isinstance(connection, Connection)
        self._pool.reading(connection)
        try:
            response = self._answer(request)
        finally:
            self._pool.idle(connection)
        if not request.content.is_eof():
            response.force_close()
        return response

    def _answer(self, request: web.BaseRequest) -> web.Response:
        page = self._pages.get(request.path)
        if page is None:
            return web.Response(status=404, text=f"there are {', '.join(self._pages)}\n")
        if request.method not in _METHODS:
            return web.Response(status=405, text="only GET is allowed here\n", headers={"Allow": ", ".join(_METHODS)})
        try:
            # A container's probes name an address, and health is no secret.
            check_host(self._tokens, request.headers.get("Host"), any_address=request.path != "/metrics")
            return page(request)
        except Unauthenticated as error:
            return web.Response(status=401, text=f"{error}\n", headers={"WWW-Authenticate": "Bearer"})
        except Misdirected as error:
            return web.Response(status=421, text=f"{error}\n")
        except Forbidden as error:
            return web.Response(status=403, text=f"{error}\n")

    def _metrics(self, request: web.BaseRequest) -> web.Response:
        authorize(self._tokens, request.headers.get("Authorization"), TokenScope.ADMIN)
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})

    def _healthz(self, _: web.BaseRequest) -> web.Response:
        return web.json_response({"alive": True})

    def _readyz(self, _: web.BaseRequest) -> web.Response:
        readiness = self._readiness()
        return web.json_response(readiness.document(), status=200 if readiness.ready else 503)


def _answer_bad_http(status: int, _peer: str) -> web.Response:
    """The response to invalid HTTP or a bug of ours; `status` is aiohttp's."""
    response = web.Response(status=status, text="this is not valid HTTP\n" if status < 500 else "the log says why\n")
    response.force_close()
    return response


def _not_counted(_: RejectionReason) -> None:
    """Metrics count rejected OTLP requests only; a rejected probe has its response."""
