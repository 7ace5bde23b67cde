"""`failcat serve`: the sidecar in the foreground."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Coroutine

import click
import uvloop

# gRPC reads this when it is imported. PostgreSQL is forked beside it, but replaced by exec at once.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")

from failcat_sidecar.app import Sidecar, bound_address
from failcat_sidecar.cli.flags import with_all_settings
from failcat_sidecar.cli.log_lines import log_to_stderr
from failcat_sidecar.settings import DEFAULT_ENDPOINT, Address, Settings, load_settings, unknown_variables

log = logging.getLogger("failcat")

# How long the spool's thread waits for the interpreter lock after a sync, while the event loop is busy. Python's
# default of 5 ms is ten times the duration of a sync.
SWITCH_SECONDS = 0.0005

EPILOG = """\b
Examples:
  failcat serve
  failcat serve --data-dir /var/lib/failcat --retention-days 30
  FAILCAT_DATABASE_URL=postgresql://failcat@db/failcat failcat serve --migrate true
  failcat serve --otlp-http 0.0.0.0:4318 --tokens-file /etc/failcat/tokens

Stop it with Ctrl-C or SIGTERM: it finishes what it acknowledged and exits 0.
An invalid setting ends the start with exit code 3."""


@click.command(epilog=EPILOG)
@with_all_settings
def serve(**flags: str | None) -> None:
    """Run the sidecar: receive OTLP, recognise failures, store them, count them."""
    settings = load_settings(flags, os.environ)
    log_to_stderr(settings.log_level)
    for warning in unknown_variables(os.environ):
        log.warning("%s", warning)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stopped = _stop_on_signals()
    sidecar = Sidecar(settings, on_progress=click.echo)
    try:
        if await _first(sidecar.start(), stopped):
            _tame_garbage_collection()
            sys.setswitchinterval(SWITCH_SECONDS)
            await _first(sidecar.health.pinged(), stopped)
            click.echo(_banner(sidecar))
            await _first(sidecar.died(), stopped)
        click.echo("failcat: stopping; finishing what was acknowledged")
    finally:
        await sidecar.stop()
    click.echo("failcat: stopped")


def _tame_garbage_collection() -> None:
    """A failure makes hundreds of objects that reference counting frees; the search for cycles among
    them and all objects of the start-up took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def _stop_on_signals() -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT; a second one changes nothing, the stop is bounded anyway."""
    stopped = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopped.set)
    return stopped


async def _first(work: Coroutine[object, object, None], stopped: asyncio.Event) -> bool:
    """Returns whether the work ended before the stop, and raises its exception. Otherwise the work is cancelled."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stopped.wait())
    await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        return False
    working.result()
    return True


def _banner(sidecar: Sidecar) -> str:
    catalog, settings = sidecar.catalog, sidecar.settings
    reasons = sidecar.health.readiness().not_ready
    state = f"NOT READY: {'; '.join(reasons)}" if reasons else "ready"  # as /readyz
    http = bound_address(settings.otlp_http, sidecar.http)
    grpc = bound_address(settings.otlp_grpc, sidecar.grpc)
    admin = bound_address(settings.admin, sidecar.admin)
    return "\n".join(
        [
            f"failcat: {state}; catalog {catalog.version}: {len(catalog.entries)} codes, {len(catalog.rules)} rules",
            f"  OTLP/HTTP   {http or 'off'}",
            f"  OTLP/gRPC   {grpc or 'off'}",
            f"  metrics     {f'http://{admin.local}/metrics' if admin else 'off'}",
            f"  PostgreSQL  {sidecar.database_label}",
            *_invitation(http, grpc),
        ]
    )


def _invitation(http: Address | None, grpc: Address | None) -> list[str]:
    otlp = http or grpc
    if otlp is None:
        return []
    endpoint = f"http://{otlp.local}"
    demo = "" if endpoint == DEFAULT_ENDPOINT else f" --endpoint {endpoint}"
    invitation = f"Point any OpenTelemetry SDK here: OTEL_EXPORTER_OTLP_ENDPOINT={endpoint}"
    return [f"{invitation}   Try it: failcat demo{demo}" if http else invitation]
