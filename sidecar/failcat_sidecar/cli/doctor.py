"""`failcat doctor`: finds problems and advises."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

import click

from failcat_catalog.text import printable
from failcat_sidecar.cli.flags import with_all_settings
from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.settings import Address, Settings, load_settings, options, unknown_variables

if TYPE_CHECKING:
    from failcat_storage.clocks import Clocks
    from failcat_storage.size import DatabaseSize

HEALTHY = b'{"alive": true}'  # what the admin listener answers at /healthz
MAX_ANSWER_BYTES = 64 << 10

EPILOG = """\b
Examples:
  failcat doctor
  failcat doctor --data-dir /var/lib/failcat --otlp-grpc off
  FAILCAT_DATABASE_URL=postgresql://failcat@db/failcat failcat doctor
  failcat doctor --json | jq '.[] | select(.ok | not)'
  failcat doctor --agent     # in an agent's environment; needs no extra

Exit code 1 when a check fails."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check."""

    subject: str
    ok: bool
    detail: str
    advice: str = ""


@click.command(epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Findings as a JSON array.")
@click.option("--agent", is_flag=True, help="Say whether an agent here reaches the sidecar, and what makes spans.")
@with_all_settings
def doctor(as_json: bool, agent: bool, **flags: str | None) -> None:
    """Check settings, catalog, tokens, ports, disk, database and schema, and advise. Use the flags and the environment
    of `failcat serve`."""
    if agent:
        from failcat._instrumentation.status import main

        sys.exit(main())
    results = list(examine(flags))
    if as_json:
        click.echo(json.dumps([asdict(result) for result in results], indent=2))
    else:
        for result in results:
            click.echo(f"{'ok  ' if result.ok else 'FAIL'} {result.subject:<12} {result.detail}")
            if result.advice:
                click.echo(f"     {'':<12} → {result.advice}")
    sys.exit(0 if all(result.ok for result in results) else 1)


def examine(flags: Mapping[str, str | None]) -> Iterator[CheckResult]:
    """Checks the settings first: every other check needs them."""
    try:
        settings = load_settings(flags, os.environ)
    except ConfigurationError as error:
        yield CheckResult("settings", False, str(error), f"see `failcat serve --help` for {error.option}")
        return
    yield CheckResult("settings", True, f"{len(options())} settings are valid")
    for unknown in unknown_variables(os.environ):
        yield CheckResult("settings", False, unknown, "correct its name, or remove it: see `failcat serve --help`")
    yield _check(lambda: _catalog(settings), "catalog", "correct the file, then: failcat catalog lint")
    if file := settings.tokens_file:
        yield _check(lambda: _tokens(file), "tokens", "see docs/operators.md for the format of a tokens file")
    yield from _listeners(settings)
    yield _disk(settings)
    yield from asyncio.run(_database(settings))


def _check(run: Callable[[], str], subject: str, advice: str) -> CheckResult:
    try:
        return CheckResult(subject, True, run())
    except ConfigurationError as error:
        return CheckResult(subject, False, str(error), advice)


def _catalog(settings: Settings) -> str:
    from failcat_sidecar.cli.classify import load_catalog

    catalog = load_catalog(settings.catalog)
    return f"{catalog.version}: {len(catalog.entries)} codes, {len(catalog.rules)} rules"


def _tokens(file: Path) -> str:
    from failcat_sidecar.receive import Tokens

    Tokens.load(file)
    return f"{file} is valid"


def _listeners(settings: Settings) -> Iterator[CheckResult]:
    """A running sidecar is recognised by its admin port; then its other ports must be in use, too, and it is asked how
    it is."""
    running = settings.admin is not None and _is_sidecar(settings.admin)
    for name, address in (
        ("otlp http", settings.otlp_http),
        ("otlp grpc", settings.otlp_grpc),
        ("admin", settings.admin),
    ):
        variable = f"FAILCAT_{name.upper().replace(' ', '_')}"
        if address is None:
            yield CheckResult(name, True, "off")
        elif settings.tokens_file is None and (refusal := _refusal(variable, address)):
            yield CheckResult(name, False, refusal)
        elif _answers(address):
            yield _in_use(name, variable, address, is_ours=running, is_known=settings.admin is not None)
        elif running:
            yield CheckResult(
                name, False, f"a sidecar runs, but not on {address}", f"compare {variable} with its settings"
            )
        else:
            yield CheckResult(name, True, f"{address} is free; no sidecar runs")
    if settings.admin and running:
        yield from _readiness(_answer(settings.admin, "/readyz"))


def _readiness(answer: bytes) -> Iterator[CheckResult]:
    """The complaints of the running sidecar."""
    advice = "docs/operators.md has a line for each complaint"
    try:
        document = json.loads(answer)
        complaints = [*document["not_ready"], *document["degraded"]]
    except (ValueError, KeyError, TypeError):
        yield CheckResult("sidecar", False, "does not answer at /readyz", "look at its log")
        return
    for complaint in complaints:
        yield CheckResult("sidecar", False, printable(str(complaint)), advice)
    if not complaints:
        yield CheckResult("sidecar", True, "ready")


def _in_use(name: str, variable: str, address: Address, *, is_ours: bool, is_known: bool) -> CheckResult:
    if is_ours:
        return CheckResult(name, True, f"{address} answers")
    if not is_known:
        return CheckResult(
            name, True, f"{address} answers; without FAILCAT_ADMIN it cannot be checked whether it is a sidecar"
        )
    return CheckResult(name, False, f"{address} is used by another program", f"stop it, or set {variable}")


def _refusal(variable: str, address: Address) -> str:
    """Why a sidecar without tokens refuses the address; empty when it accepts it."""
    from failcat_sidecar.receive import require_loopback_or_tokens

    try:
        require_loopback_or_tokens(variable, address.host, None)
    except ConfigurationError as error:
        return str(error)
    return ""


def _is_sidecar(address: Address) -> bool:
    return _answer(address, "/healthz") == HEALTHY


def _answer(address: Address, path: str) -> bytes:
    """The body of the admin listener's answer; empty without one."""
    connection = HTTPConnection(address.local.host, address.port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().read(MAX_ANSWER_BYTES)
    except (OSError, HTTPException):
        return b""
    finally:
        connection.close()


def _answers(address: Address) -> bool:
    try:
        socket.create_connection((address.local.host, address.port), timeout=1).close()
    except OSError:
        return False
    return True


def _disk(settings: Settings) -> CheckResult:
    folder = _existing(settings.data_dir)
    if not folder.is_dir():
        return CheckResult("disk", False, f"{folder} is not a folder", "set FAILCAT_DATA_DIR")
    if not os.access(folder, os.W_OK | os.X_OK):
        return CheckResult("disk", False, f"{folder} is not writable", "set FAILCAT_DATA_DIR, or change its owner")
    spool = folder / "spool"
    if problem := _write_error(spool if spool.is_dir() else folder):
        return CheckResult("disk", False, problem, "the disk is full, broken or read-only: see dmesg")
    free = shutil.disk_usage(folder).free
    text = f"{free >> 20:,} MiB free for {settings.data_dir}"
    if free < settings.spool_reserve_bytes * 2:
        return CheckResult("disk", False, text, "free some space: the spool stops at FAILCAT_SPOOL_RESERVE_BYTES")
    return CheckResult("disk", True, text)


def _write_error(folder: Path) -> str:
    """Why a file in the folder would not be durable; empty when it would. Removes its test file."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix="doctor-") as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return f"a file cannot be written in {folder}: {error.strerror}"
    return ""


def _existing(folder: Path) -> Path:
    """The nearest existing folder that this user can see."""
    can_see = os.path.exists(folder)  # noqa: PTH110  # Path.exists raises without permission
    return folder if can_see else _existing(folder.parent)


async def _database(settings: Settings) -> list[CheckResult]:
    from failcat_storage.database import check_encodings
    from failcat_storage.embedded import find_running
    from failcat_storage.errors import RetryableStorageError, StorageConfigurationError
    from failcat_storage.store import Store

    try:
        url = settings.database_url or find_running(settings.data_dir)
        if url is None:
            return [CheckResult("database", True, "embedded PostgreSQL; it starts with the sidecar", "failcat serve")]
        await check_encodings(url)
        limit = settings.database_limit
        store = Store.connect(url, shard=0, max_table_bytes=limit.table_bytes if limit else None)
        try:
            health = await store.ping()
            if health.reachable:
                with suppress(RetryableStorageError):  # the result of ping is reported below
                    await store.measure()
        finally:
            await store.close()
    except StorageConfigurationError as error:
        return [CheckResult("database", False, str(error), f"correct {error.option}")]
    details = [_clock(health.clocks)] if health.clocks else []
    details += [_size(store.size)] if store.size.bytes else []
    if health.ready:
        return [CheckResult("database", True, f"answers; schema revision {health.schema_revision}"), *details]
    advice = (
        "failcat migrate"
        if health.reachable
        else "start it, or correct FAILCAT_DATABASE_URL; failures are queued in the spool"
    )
    return [CheckResult("database", False, health.message, advice), *details]


def _size(size: DatabaseSize) -> CheckResult:
    detail = f"the tables take {size.describe()}"
    if size.is_full:
        return CheckResult("size", False, detail, "raise FAILCAT_DATABASE_MAX_BYTES: failures are queued in the spool")
    return CheckResult("size", True, detail)


def _clock(clocks: Clocks) -> CheckResult:
    from failcat_storage.clocks import describe_offset

    detail = describe_offset(clocks.offset_seconds)
    if clocks.agree:
        return CheckResult("clock", True, detail)
    return CheckResult("clock", False, detail, "correct the wrong clock (NTP); until then nothing expires")
