"""Bridges groups of an earlier version of the signature to those that go on counting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import asyncpg
import msgspec

from failcat_catalog.signature import VERSION
from failcat_core.grouping import signature_of_failure
from failcat_storage.database import Database
from failcat_storage.queries import query

PAGE_GROUPS = 500


async def bridge_old_groups(database: Database) -> int:
    """Merges each old group whose stored samples all have one signature now into that group; returns how many. Raises
    RetryableStorageError."""
    bridged, last = 0, ("", "")
    while True:
        async with database.transaction() as connection:
            samples = await connection.fetch(query("samples_of_old_groups"), f"{VERSION}:", *last, PAGE_GROUPS)
            merges = list(_merges(samples))
            if merges:
                await connection.execute(query("merge_groups"), *map(list, zip(*merges, strict=True)))
            if not samples:
                await connection.execute(query("expire_group_merges"))
                return bridged
        bridged += len(merges)
        last = samples[-1]["tenant_id"], samples[-1]["signature"]


def _merges(samples: Iterable[asyncpg.Record]) -> Iterable[tuple[str, str, str]]:
    """(tenant, old signature, new signature) for groups with stored samples that agree."""
    for (tenant, signature), rows in groupby(samples, lambda row: (row["tenant_id"], row["signature"])):
        found = {_signature(row) for row in rows if row["is_stored"]}
        if len(found) == 1:
            yield tenant, signature, found.pop()


def _signature(row: Mapping[str, Any]) -> str:
    context = msgspec.json.decode(row["context"] or "{}")
    return signature_of_failure(row["error_code"], row["error_message"], row["service_name"], context)
