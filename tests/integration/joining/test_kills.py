"""A kill at any moment between two reports of one failure: a replay of the spool gives the rows as without it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import asyncpg
import pytest
from tests.support.joined_rows import check_counts, check_identities, empty, stored_members, stored_rows
from tests.support.reported_traces import reports_of

from failcat_core.records import encode
from failcat_storage.store import Store

WRITER = """
import asyncio, sys
from failcat_core.records import decode
from failcat_storage.store import Store
from tests.support.reported_traces import joiner
asyncio.run(Store.connect(sys.argv[1], shard=7, join=joiner()).write(decode(sys.stdin.buffer.read())))
"""
STAGES = ("write.staged", "write.inserted", "write.committed", "rejoin.written", "rejoin.committed")


@pytest.mark.parametrize("stage", STAGES)
async def test_a_kill_between_two_reports_leaves_what_a_replay_completes(
    stage: str, stores: list[Store], db: asyncpg.Connection, database_url: str
) -> None:
    *later, first = reports_of("chain")
    await stores[0].write([*later, first])
    expected = await stored_rows(db), await stored_members(db)
    await empty(db)
    await stores[0].write([first])
    killed = subprocess.run(
        [sys.executable, "-c", WRITER, database_url],
        input=encode(later),
        env=os.environ | {"FAILCAT_FAILPOINT": stage},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    await check_counts(db)
    await stores[1].write(later)
    await check_counts(db)
    await check_identities(db)
    assert (await stored_rows(db), await stored_members(db)) == expected
