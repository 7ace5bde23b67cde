"""Two tenants with tokens: what one sends cannot keep what the other sends from being stored."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.support.rows import wait_for_rows
from tests.support.sidecar import SidecarProcess, failcat

from failcat_catalog.identity import failure_id, uuid_text

TRACE, SPAN = "ad" * 16, "b1" * 8


@pytest.fixture
def sidecar(database_url: str, tmp_path: Path) -> Iterator[SidecarProcess]:
    tokens = tmp_path / "tokens"
    lines: list[dict[str, Any]] = [{"token": f"token-of-{tenant}", "tenant": tenant} for tenant in ("acme", "evil")]
    lines += [{"token": "token-of-nobody"}, {"token": "token-of-admin", "scopes": ["admin"]}]
    tokens.write_text("".join(json.dumps(line) + "\n" for line in lines))
    tokens.chmod(0o600)
    with SidecarProcess(tmp_path / "data", database_url, {"FAILCAT_TOKENS_FILE": str(tokens)}) as running:
        yield running


def post(sidecar: SidecarProcess, tenant: str, *spans: dict[str, Any]) -> None:
    body = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer token-of-{tenant}"}
    request = urllib.request.Request(f"{sidecar.endpoint}/v1/traces", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        assert json.loads(response.read()) == {}


def span(at_ns: int, message: str = "", **attributes: str | bool) -> dict[str, Any]:
    """Failing when it has a message."""
    values = {
        key.replace("__", "."): {"boolValue": value} if isinstance(value, bool) else {"stringValue": value}
        for key, value in attributes.items()
    }
    return {
        "traceId": TRACE,
        "spanId": SPAN,
        "name": "chat",
        "endTimeUnixNano": str(at_ns),
        "status": {"code": 2, "message": message} if message else {},
        "attributes": [{"key": key, "value": value} for key, value in values.items()],
    }


def duplicates(sidecar: SidecarProcess) -> str:
    headers = {"Authorization": "Bearer token-of-admin"}
    request = urllib.request.Request(f"http://127.0.0.1:{sidecar.admin_port}/metrics", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        lines: list[str] = response.read().decode().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("failcat_duplicate_failures_total"))


def recovery(at_ns: int, failure: bytes, *, succeeded: bool) -> dict[str, Any]:
    return span(
        at_ns,
        failcat__recovery__failure_id=uuid_text(failure),
        failcat__recovery__mode="RETRY_IMMEDIATE",
        failcat__recovery__succeeded=succeeded,
    )


@pytest.mark.parametrize("order", [("evil", "acme"), ("acme", "evil")], ids="-".join)
@pytest.mark.parametrize("recovery_first", [False, True])
async def test_each_tenants_failure_and_its_recovery_are_stored(
    sidecar: SidecarProcess, database_url: str, order: tuple[str, str], recovery_first: bool
) -> None:
    now = time.time_ns()
    known = failure_id(now, bytes.fromhex(TRACE), bytes.fromhex(SPAN), 0xFFFFFFFF)
    failures = [(tenant, span(now, f"what failed at {tenant}")) for tenant in order]
    recoveries = [(tenant, recovery(now, known, succeeded=tenant == "acme")) for tenant in order]
    for tenant, sent in recoveries + failures if recovery_first else failures + recoveries:
        post(sidecar, tenant, sent)
    db = await asyncpg.connect(database_url)
    rows = await wait_for_rows(db, 2, recovery_attempted=True)
    stored = {row["tenant_id"]: (row["error_message"], row["recovery_succeeded"]) for row in rows}
    assert stored == {"acme": ("what failed at acme", True), "evil": ("what failed at evil", False)}

    sidecar.kill()
    sidecar.start()
    sidecar.wait_ready()
    for tenant, sent in failures + recoveries:
        post(sidecar, tenant, sent)
    assert duplicates(sidecar) == "4.0", "each tenant's are known again, from the spool"
    assert await db.fetchval("SELECT count(*) FROM failure_quarantine") == 0
    await db.close()

    names = {
        tenant: failcat("catalog", "explain", "--id", uuid_text(known), "--tenant", tenant, **sidecar.settings()).stdout
        for tenant in order
    }
    assert all(f"message  what failed at {tenant}" in printed for tenant, printed in names.items())


async def test_an_id_that_is_claimed_by_attribute_takes_nobodys(sidecar: SidecarProcess, database_url: str) -> None:
    now = time.time_ns()
    known = failure_id(now, bytes.fromhex(TRACE), bytes.fromhex(SPAN), 0xFFFFFFFF)
    claimed = {**span(now, "squatting", failcat__failure_id=uuid_text(known)), "spanId": "cc" * 8}
    post(sidecar, "evil", claimed)
    post(sidecar, "acme", span(now, "acme's own"))
    post(sidecar, "nobody", span(now, "without a tenant"))
    db = await asyncpg.connect(database_url)
    rows = await wait_for_rows(db, 3)
    assert {row["tenant_id"]: row["error_message"] for row in rows} == {
        "evil": "squatting",
        "acme": "acme's own",
        None: "without a tenant",
    }
    assert {row["id"].bytes[:6] for row in rows} == {known[:6]}
    await db.close()
