"""What is known of a failure by the id of any of its reports: outcomes, look-ups, causes, replays and tenants."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec
import pytest
from tests.support.joined_rows import check_counts, check_identities, stored_members, stored_rows
from tests.support.reported_traces import chain, joiner, records_of, reports_of, step_that_names_its_failure

from failcat_core.records import FailureRecord, Record, RecoveryRecord
from failcat_storage.database import Database
from failcat_storage.maintenance import maintain
from failcat_storage.store import Store
from failcat_storage.stored import find_failure


def outcome(failure_id: bytes, attempt: int, *, succeeded: bool) -> RecoveryRecord:
    return RecoveryRecord(
        failure_id=failure_id, attempt=attempt, mode="RETRY_EXPONENTIAL", succeeded=succeeded, occurred_at_us=1
    )


@pytest.mark.parametrize("when", ["before", "between", "after"])
async def test_outcomes_and_look_ups_of_a_report_reach_its_row(
    when: str, stores: list[Store], database_url: str, db: asyncpg.Connection
) -> None:
    """The outcome names the parent, which is a row until its child arrives."""
    *_, child, parent = reports_of("chain")
    recovered = outcome(parent.id, 1, succeeded=True)
    steps: list[list[Record]] = [[parent], [child]]
    steps.insert(("before", "between", "after").index(when), [recovered])
    for batch in steps:
        await stores[0].write(batch)
    row = await db.fetchrow("SELECT id, recovery_attempted, recovery_succeeded FROM failure_matches")
    assert (row["id"].bytes, row["recovery_attempted"], row["recovery_succeeded"]) == (child.id, True, True)
    attempts = await db.fetch("SELECT failure_id, settled FROM recovery_attempts")
    assert [(each["failure_id"].bytes, each["settled"]) for each in attempts] == [(child.id, True)]
    async with Database.once(database_url) as database:
        found = await find_failure(database, UUID(bytes=parent.id))
    assert found is not None and found.id.bytes == child.id


async def test_two_outcomes_with_one_number_do_not_stop_a_merge(stores: list[Store], db: asyncpg.Connection) -> None:
    *_, child, parent = reports_of("chain")
    await stores[0].write([parent, outcome(parent.id, 1, succeeded=False), outcome(child.id, 1, succeeded=True)])
    await stores[1].write([child])
    (row,) = await db.fetch("SELECT recovery_succeeded FROM failure_matches")
    assert row["recovery_succeeded"]
    assert await db.fetchval("SELECT count(*) FROM recovery_attempts WHERE NOT settled") == 0


async def test_a_lone_failure_writes_no_member(stores: list[Store], db: asyncpg.Connection) -> None:
    await stores[0].write([reports_of("chain")[0]])
    assert await stored_members(db) == {}


async def test_a_replay_brings_no_member_back(stores: list[Store], db: asyncpg.Connection) -> None:
    reports = reports_of("chain")
    for report in reversed(reports):
        await stores[0].write([report])
    before = await stored_rows(db), await stored_members(db)
    for report in reports:
        result = await stores[1].write([report])
        assert (result.inserted, result.duplicates) == (0, 1)
    assert (await stored_rows(db), await stored_members(db)) == before
    await check_counts(db)


async def test_a_copy_of_a_member_is_taken_out_before_it_counts(stores: list[Store], db: asyncpg.Connection) -> None:
    """A COPY that waited for a merge brings the row back: here it comes from a sidecar that knows of nothing."""
    *_, child, parent = reports_of("chain")
    await stores[0].write([parent, child])
    result = await stores[1].write([parent])
    assert (result.inserted, result.duplicates, result.revised) == (0, 1, {})
    await check_identities(db)
    await check_counts(db)


async def test_a_cause_follows_the_row_that_it_becomes(stores: list[Store], db: asyncpg.Connection) -> None:
    cause, effect, _ = records_of(*step_that_names_its_failure())
    (log,) = [msgspec.structs.replace(cause)]
    await stores[0].write([effect])
    assert await db.fetchval("SELECT caused_by FROM failure_matches") is None
    await stores[1].write([log])
    causes = dict(await db.fetch("SELECT id, caused_by FROM failure_matches"))
    assert causes == {UUID(bytes=cause.id): None, UUID(bytes=effect.id): UUID(bytes=cause.id)}


async def test_tenants_with_tokens_share_no_failure(stores: list[Store], db: asyncpg.Connection) -> None:
    """Whoever guesses a trace's id adds nothing to another tenant's rows."""
    *_, child, parent = reports_of("chain")
    ours = _owned(parent, "acme"), _owned(child, "acme")
    theirs = _owned(parent, "evil"), _owned(child, "evil")
    for batch in ([ours[0]], [theirs[1]], [ours[1]], [theirs[0]], list(theirs), list(ours)):
        await stores[0].write(batch)
        await check_counts(db)
        await check_identities(db)
    rows = await db.fetch("SELECT tenant_id, agent_name FROM failure_matches ORDER BY 1")
    assert [tuple(row) for row in rows] == [("acme", "planner"), ("evil", "planner")]


def _owned(report: FailureRecord, tenant: str) -> FailureRecord:
    owned: FailureRecord = msgspec.structs.replace(report, tenant_id=tenant, token_tenant=tenant)
    return owned


async def test_a_trace_with_too_many_reports_is_left_as_it_is(stores: list[Store], db: asyncpg.Connection) -> None:
    (report,) = records_of(chain()[1])
    many = [
        msgspec.structs.replace(
            report, id=report.id[:6] + number.to_bytes(10, "big"), span_id=number.to_bytes(8, "big")
        )
        for number in range(1_001, 1_301)
    ]
    await stores[0].write(many[:150])
    result = await stores[0].write(many[150:])
    assert result.unrevised == 1
    assert await db.fetchval("SELECT count(*) FROM failure_matches") == 300
    await check_counts(db)


async def test_members_lie_in_the_weeks_of_their_ids(
    stores: list[Store], database_url: str, db: asyncpg.Connection
) -> None:
    await stores[0].write(reports_of("chain"))
    assert len(await stored_members(db)) == 4
    report = await maintain(database_url, 0)
    assert sum(name.startswith("failure_members_y") for name in report.created) == 5
    assert len(joiner()(reports_of("chain"))) == 1
