"""The baseline of receiving: an aiohttp server that only reads and parses. `python -m benchmarks.bare_server PORT`."""

from __future__ import annotations

import sys

import uvloop
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


async def export(request: web.Request) -> web.Response:
    ExportTraceServiceRequest.FromString(await request.read())
    return web.Response(content_type="application/x-protobuf")


if __name__ == "__main__":
    uvloop.install()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/v1/traces", export)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
