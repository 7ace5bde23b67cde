"""What the database's operator altered: a mistake in the schema holds the stream until it is mended, and costs no row;
an error that only one row causes costs that row."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
from tests.support.failures import Failures

from failcat_core.records import FailureRecord, Record, RecoveryRecord
from failcat_storage.blame import TRIES, UNKNOWN_REASON
from failcat_storage.errors import RetryableStorageError, SchemaConflict, SchemaMissing
from failcat_storage.schema import OWN_CHECKS, OWN_NOT_NULL
from failcat_storage.store import Store, WriteResult

pytestmark = pytest.mark.postgres

POISON = "poison"


def trigger(body: str, *, table: str = "failure_matches", when: str = "BEFORE INSERT", kind: str = "TRIGGER") -> str:
    deferred = "DEFERRABLE INITIALLY DEFERRED" if kind != "TRIGGER" else ""
    return (
        f"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN new; END $$;"
        f" CREATE {kind} t {when} ON {table} {deferred} FOR EACH ROW EXECUTE FUNCTION f()"
    )


def raised(sqlstate: str, *, only: str = "true", **where: Any) -> str:
    return trigger(f"IF {only} THEN RAISE EXCEPTION 'no' USING ERRCODE = '{sqlstate}'; END IF;", **where)


NO_TRIGGER = "DROP FUNCTION f() CASCADE"
IS_POISON = f"new.error_message = '{POISON}'"
LONG = "".join(chr(0x4E00 + byte) for n in range(80) for byte in hashlib.sha256(bytes([n])).digest())


@dataclass
class Mistake:
    """What the operator did, and how it is mended."""

    made: str
    mended: str
    says: str  # what the error names
    error: type[RetryableStorageError] = SchemaConflict
    fields: dict[str, Any] = field(default_factory=dict)  # of the failures


MISTAKES = {
    "a NOT NULL column": Mistake(
        "ALTER TABLE failure_matches ADD COLUMN team TEXT NOT NULL", "ALTER TABLE failure_matches DROP team", "team"
    ),
    "one of our columns made NOT NULL": Mistake(
        "ALTER TABLE failure_matches ALTER skill_id SET NOT NULL",
        "ALTER TABLE failure_matches ALTER skill_id DROP NOT NULL",
        "skill_id",
        fields={"skill_id": None},
    ),
    "a CHECK that some rows break": Mistake(
        f"ALTER TABLE failure_matches ADD CONSTRAINT quiet CHECK (error_message <> '{POISON}')",
        "ALTER TABLE failure_matches DROP CONSTRAINT quiet",
        "quiet",
    ),
    "a unique index": Mistake(
        "CREATE UNIQUE INDEX once ON failure_matches_default (error_code)", "DROP INDEX once", "once"
    ),
    "a foreign key": Mistake(
        "CREATE TABLE skills (id TEXT PRIMARY KEY);"
        " ALTER TABLE failure_matches_default ADD CONSTRAINT known FOREIGN KEY (skill_id) REFERENCES skills",
        "ALTER TABLE failure_matches_default DROP CONSTRAINT known",
        "known",
    ),
    "a foreign key that is checked at COMMIT": Mistake(
        "CREATE TABLE skills (id TEXT PRIMARY KEY); ALTER TABLE failure_matches_default ADD CONSTRAINT known"
        " FOREIGN KEY (skill_id) REFERENCES skills DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE failure_matches_default DROP CONSTRAINT known",
        "known",
    ),
    "an exclusion": Mistake(
        "ALTER TABLE failure_matches_default ADD CONSTRAINT alone EXCLUDE USING hash (agent_name WITH =)",
        "ALTER TABLE failure_matches_default DROP CONSTRAINT alone",
        "alone",
    ),
    "a domain": Mistake(
        "CREATE DOMAIN short AS TEXT CONSTRAINT is_short CHECK (length(VALUE) < 3);"
        " ALTER TABLE failure_matches ALTER agent_name TYPE short",
        "ALTER TABLE failure_matches ALTER agent_name TYPE TEXT",
        "is_short",
    ),
    "a narrower type": Mistake(
        "ALTER TABLE failure_matches ALTER error_message TYPE VARCHAR(40)",
        "ALTER TABLE failure_matches ALTER error_message TYPE TEXT",
        "character varying",
    ),
    "another type": Mistake(
        "ALTER TABLE failure_matches ALTER agent_name TYPE INTEGER USING 1",
        "ALTER TABLE failure_matches ALTER agent_name TYPE TEXT",
        "int",
    ),
    "a generated column": Mistake(
        "ALTER TABLE failure_matches DROP agent_name,"
        " ADD agent_name TEXT GENERATED ALWAYS AS (lower(run_id)) STORED",
        "ALTER TABLE failure_matches ALTER agent_name DROP EXPRESSION",
        "agent_name",
    ),
    "a dropped column": Mistake(
        "ALTER TABLE failure_matches DROP agent_name",
        "ALTER TABLE failure_matches ADD agent_name TEXT",
        "agent_name",
        SchemaMissing,
    ),
    "a renamed table": Mistake(
        "ALTER TABLE failure_groups RENAME TO theirs", "ALTER TABLE theirs RENAME TO failure_groups", "failure_groups",
        SchemaMissing,
    ),
    "an index that takes no long text": Mistake(
        "CREATE INDEX wide ON failure_matches (error_message)", "DROP INDEX wide", "index row",
        fields={"error_message": LONG},
    ),
    "a trigger that always raises": Mistake(raised("P0001"), NO_TRIGGER, "plain failure"),
    "a trigger with an SQLSTATE of its own": Mistake(raised("FC042"), NO_TRIGGER, "FC042"),
    "a trigger that names no constraint": Mistake(raised("23514"), NO_TRIGGER, "23514"),
    "a trigger that divides by zero": Mistake(trigger("PERFORM 1 / 0;"), NO_TRIGGER, "zero"),
    "a trigger that raises at COMMIT": Mistake(
        raised("P0001", when="AFTER INSERT", kind="CONSTRAINT TRIGGER"), NO_TRIGGER, "plain failure"
    ),
    "a trigger on the groups": Mistake(raised("P0001", table="failure_group_hours"), NO_TRIGGER, "plain failure"),
    "a trigger whose own table refuses": Mistake(
        "CREATE TABLE audit (id UUID NOT NULL, who TEXT NOT NULL);"
        + trigger("INSERT INTO audit (id) VALUES (new.id);"),
        NO_TRIGGER,
        "who",
    ),
    "a trigger that drops rows": Mistake(trigger("RETURN NULL;"), NO_TRIGGER, "drops rows"),
    "quarantine that refuses": Mistake(
        "ALTER TABLE failure_quarantine ADD COLUMN who TEXT NOT NULL;" + raised("P0001", only=IS_POISON),
        NO_TRIGGER + "; ALTER TABLE failure_quarantine DROP who",
        "who",
    ),
}  # fmt: skip


async def tried(store: Store, batch: Sequence[Record]) -> WriteResult | RetryableStorageError:
    """What the writer gets in the end: it tries again."""
    for _ in range(TRIES + 1):
        try:
            return await store.write(batch)
        except RetryableStorageError as error:
            last = error
    return last


@pytest.mark.parametrize("replayed", [False, True], ids=["new", "replayed"])
@pytest.mark.parametrize("name", MISTAKES)
async def test_a_mistake_in_the_schema_holds_the_stream_until_it_is_mended(
    store: Store, db: asyncpg.Connection, failures: Failures, name: str, replayed: bool
) -> None:
    mistake = MISTAKES[name]
    earlier = [failures.one(error_code="earlier", skill_id=f"s{n}", agent_name=f"a{n}") for n in range(2)]
    if replayed:  # as if every row before the mistake came again: these batches go in by INSERT
        await store.write(earlier)
        await store.write([*earlier, failures.one(error_code="other")])
        await db.execute("DELETE FROM failure_matches")
    await db.execute(mistake.made)
    fields = mistake.fields
    batch = [*failures.many(3, **fields), failures.one(error_message=POISON), *failures.many(3, **fields)]
    held = await tried(store, batch)
    assert isinstance(held, mistake.error), held
    assert mistake.says in str(held)
    assert await db.fetchval("SELECT count(*) FROM failure_quarantine") == 0
    await db.execute(mistake.mended)
    taken = await tried(store, batch)
    assert isinstance(taken, WriteResult)
    assert await db.fetchval("SELECT count(*) FROM failure_matches") == 7
    assert await db.fetchval("SELECT count(*) FROM failure_quarantine") == 0


BY_ROW = {
    "a trigger raises": (raised("P0001", only=IS_POISON), UNKNOWN_REASON),
    "with an SQLSTATE of its own": (raised("FC042", only=IS_POISON), UNKNOWN_REASON),
    "a trigger's internal error": (raised("XX000", only=IS_POISON), UNKNOWN_REASON),
    "a trigger's check without a name": (raised("23514", only=IS_POISON), UNKNOWN_REASON),
    "a trigger's feature that is missing": (raised("0A000", only=IS_POISON), UNKNOWN_REASON),
    "a trigger divides by zero": (trigger(f"IF {IS_POISON} THEN PERFORM 1 / 0; END IF;"), "refused_value"),
    "a trigger casts": (trigger(f"IF {IS_POISON} THEN PERFORM new.error_message::INT; END IF;"), "refused_value"),
    "at COMMIT": (
        raised("P0001", only=IS_POISON, when="AFTER INSERT", kind="CONSTRAINT TRIGGER"), UNKNOWN_REASON,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_ROW)
async def test_an_error_that_one_row_causes_costs_that_row(
    store: Store, db: asyncpg.Connection, failures: Failures, name: str
) -> None:
    ddl, reason = BY_ROW[name]
    await db.execute(ddl)
    poison: FailureRecord = failures.one(error_message=POISON)
    first = await tried(store, [*failures.many(20), poison, *failures.many(20)])
    assert isinstance(first, WriteResult)
    assert (first.inserted, first.quarantined) == (40, {reason: 1})
    alone = await store.write([failures.one(error_message=POISON)])
    assert alone.quarantined == {reason: 1}, "a known error is not waited for again"
    assert await db.fetchval("SELECT count(*) FROM failure_matches") == 40


def recovery(failure: FailureRecord) -> RecoveryRecord:
    return RecoveryRecord(failure_id=failure.id, attempt=1, mode="SKIP", succeeded=True, occurred_at_us=1)


@pytest.mark.parametrize("sqlstate", ["P0001", "22012"])
async def test_a_recovery_that_one_row_does_not_take_holds_nobody(
    store: Store, db: asyncpg.Connection, failures: Failures, sqlstate: str
) -> None:
    await db.execute(raised(sqlstate, only=IS_POISON, when="BEFORE UPDATE"))
    batch = [*failures.many(3), failures.one(error_message=POISON), *failures.many(3)]
    assert isinstance(await tried(store, [*batch, *map(recovery, batch)]), WriteResult)
    assert await db.fetchval("SELECT count(*) FROM failure_matches WHERE recovery_succeeded") == 6
    assert await db.fetchval("SELECT count(*) FROM recovery_attempts WHERE NOT settled") == 1


async def test_a_trigger_that_takes_no_recovery_at_all_holds_the_stream(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await db.execute(raised("P0001", when="BEFORE UPDATE"))
    failure = failures.one()
    assert isinstance(await tried(store, [failure, recovery(failure)]), SchemaConflict)
    await db.execute(NO_TRIGGER)
    await store.write([failure, recovery(failure)])
    assert await db.fetchval("SELECT recovery_succeeded FROM failure_matches")


RIGHTS = {
    "permission denied": ("REVOKE INSERT ON failure_matches FROM {role}", "GRANT INSERT ON failure_matches TO {role}"),
    "row-level security": (
        "ALTER TABLE failure_matches ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE failure_matches DISABLE ROW LEVEL SECURITY",
    ),
}


@pytest.mark.parametrize("name", RIGHTS)
async def test_a_role_without_the_right_is_held(
    database_url: str, db: asyncpg.Connection, failures: Failures, name: str
) -> None:
    role = f"role_{await db.fetchval('SELECT current_database()')}"
    taken, given = (statement.format(role=role) for statement in RIGHTS[name])
    await db.execute(f"CREATE ROLE {role}; GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}; {taken}")
    store = Store.connect(f"{database_url}{'&' if '?' in database_url else '?'}role={role}", shard=0)
    try:
        batch = failures.many(3)
        held = await tried(store, batch)
        assert isinstance(held, SchemaConflict)
        assert name in str(held)
        await db.execute(given)
        assert (await store.write(batch)).inserted == 3
    finally:
        await store.close()
        await db.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


async def test_what_this_release_made_is_what_the_migrations_make(db: asyncpg.Connection) -> None:
    for table, columns in OWN_NOT_NULL.items():
        made = await db.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::TEXT::REGCLASS AND attnotnull AND attnum > 0", table
        )
        assert {row["attname"] for row in made} == columns
        checks = await db.fetch(
            "SELECT conname FROM pg_constraint WHERE conrelid = $1::TEXT::REGCLASS AND contype = 'c'", table
        )
        assert {row["conname"] for row in checks} == OWN_CHECKS.get(table, frozenset())
        others = await db.fetchval(
            "SELECT count(*) FROM pg_constraint WHERE conrelid = $1::TEXT::REGCLASS AND contype IN ('f', 'x', 'u')",
            table,
        )
        assert others == 0, "a key that is not primary, or an exclusion, is never ours"


async def test_an_unknown_error_that_passes_costs_nothing(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    await db.execute(raised("P0001"))
    batch = failures.many(5)
    with pytest.raises(RetryableStorageError):
        await store.write(batch)
    await db.execute(NO_TRIGGER)
    assert (await store.write(batch)).inserted == 5


async def test_an_unknown_error_that_passes_while_its_row_is_looked_for_costs_nothing(
    store: Store, db: asyncpg.Connection, failures: Failures
) -> None:
    """Refused with all others until the store looks for it, and once alone."""
    await db.execute(
        "CREATE SEQUENCE tries;" + raised("P0001", only=f"{IS_POISON} AND nextval('tries') <= {TRIES + 1}")
    )
    taken = await tried(store, [failures.one(), failures.one(error_message=POISON)])
    assert isinstance(taken, WriteResult)
    assert (taken.inserted, taken.quarantined) == (2, {})
    assert await db.fetchval("SELECT last_value FROM tries") == TRIES + 2


async def test_many_at_once_find_the_same_row(database_url: str, db: asyncpg.Connection, failures: Failures) -> None:
    await db.execute(raised("P0001", only=IS_POISON))
    batch = [*failures.many(30), failures.one(error_message=POISON)]
    stores = [Store.connect(database_url, shard=shard) for shard in range(4)]
    try:
        results = await asyncio.gather(*(tried(store, batch) for store in stores))
    finally:
        await asyncio.gather(*(store.close() for store in stores))
    assert all(isinstance(result, WriteResult) for result in results)
    assert await db.fetchval("SELECT count(*) FROM failure_matches") == 30
    assert await db.fetchval("SELECT count(*) FROM failure_quarantine") == 1
