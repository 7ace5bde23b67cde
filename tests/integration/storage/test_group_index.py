"""The newest failures of a group are read by its index, whatever its share: what distributions are made of."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest

from failcat_storage.store import Store

pytestmark = pytest.mark.postgres

FILL = """
INSERT INTO failure_matches (id, run_id, error_code, error_message, tenant_id, signature, occurred_at, created_at,
                             catalog_version, model)
SELECT (lpad(to_hex(1795000000000 + i * 1000), 12, '0') || '7' || substr(md5(i::TEXT), 1, 19))::UUID, 'r', 'c',
       repeat('x', 200), CASE i % 100 WHEN 0 THEN NULL WHEN 1 THEN 'small' ELSE 'large' END,
       CASE WHEN i % 10 < 8 THEN 'v2:frequent' ELSE 'v2:' || i / 100 END, now(), now() - i * interval '1 second', '1',
       'm'
FROM generate_series(1, 40000) AS i
"""

NEWEST = """
EXPLAIN (FORMAT JSON)
SELECT model, service_version, agent_name FROM failure_matches
WHERE signature = 'v2:frequent' AND tenant_id {tenant}
ORDER BY tenant_id DESC, created_at DESC LIMIT 100
"""


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", ()) for node in nodes(part))]


@pytest.mark.parametrize("tenant", ["IS NULL", "= 'small'"])
async def test_the_newest_rows_of_a_group_are_read_in_order(store: Store, db: asyncpg.Connection, tenant: str) -> None:
    await store.ping()
    await db.execute(FILL)
    await db.execute("ANALYZE failure_matches")
    (plan,) = json.loads(await db.fetchval(NEWEST.format(tenant=tenant)))
    found = nodes(plan["Plan"])
    scans = [node for node in found if "Relation Name" in node]
    assert scans and not any("Sort" in node["Node Type"] and "Incremental" not in node["Node Type"] for node in found)
    for scan in scans:
        assert scan["Node Type"] == "Index Scan" and "signature_tenant_id_created_at" in scan["Index Name"], scan
        assert "Filter" not in scan
