"""`failcat migrate` and `failcat maintain`, as an operator runs them."""

from __future__ import annotations

import asyncio
import json

import asyncpg
import pytest
from tests.support.sidecar import failcat

from failcat_storage import migrate
from failcat_storage.partitions import KEYS


async def run(*arguments: str, url: str) -> tuple[int, str, str]:
    done = await asyncio.to_thread(failcat, *arguments, FAILCAT_DATABASE_URL=url)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


async def test_migrate_says_what_it_did(empty_database_url: str) -> None:
    newest = migrate.EXPECTED_REVISION
    assert await run("migrate", url=empty_database_url) == (0, f"schema empty → {newest}", "")
    assert await run("migrate", url=empty_database_url) == (0, f"schema {newest}: up to date", "")
    assert await run("migrate", "--down", "--to", "base", url=empty_database_url) == (0, f"schema {newest} → empty", "")


async def test_down_must_say_how_far(database_url: str) -> None:
    exit_code, _, error = await run("migrate", "--down", url=database_url)
    assert exit_code == 2
    assert "--down needs --to" in error
    assert await migrate.current(database_url) == migrate.EXPECTED_REVISION


@pytest.mark.parametrize(
    ("arguments", "url", "exit_code", "words"),
    [
        (["migrate", "--to", "nonesuch"], None, 1, "nonesuch"),
        (["migrate"], "postgresql://failcat@127.0.0.1:1/failcat", 1, "PostgreSQL cannot be reached"),
        (["maintain"], "mysql://localhost/x", 3, "FAILCAT_DATABASE_URL: is not a PostgreSQL URL"),
        (["maintain", "--retention-days", "many"], None, 3, "FAILCAT_RETENTION_DAYS: 'many'"),
    ],
)
async def test_errors_are_one_line(
    database_url: str, arguments: list[str], url: str | None, exit_code: int, words: str
) -> None:
    code, output, error = await run(*arguments, url=url or database_url)
    assert (code, output) == (exit_code, "")
    assert error.startswith(f"failcat: {words}" if exit_code == 3 else "failcat: ")
    assert words in error
    assert "\n" not in error


async def test_an_empty_variable_is_one_that_is_not_set(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILCAT_RETENTION_DAYS", "")
    assert (await run("maintain", url=database_url))[0] == 0


async def test_maintain_before_migrate_says_what_to_do(empty_database_url: str) -> None:
    exit_code, _, error = await run("maintain", url=empty_database_url)
    assert exit_code == 1
    assert "run `failcat migrate`" in error


async def test_maintain_reports(database_url: str) -> None:
    exit_code, output, _ = await run("maintain", "--json", url=database_url)
    assert exit_code == 0
    assert all(name.startswith(tuple(f"{table}_y" for table in KEYS)) for name in json.loads(output)["created"])
    assert await run("maintain", url=database_url) == (0, "nothing to do", "")


async def test_retention_days_come_from_the_environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILCAT_RETENTION_DAYS", "30")
    assert json.loads((await run("maintain", "--json", url=database_url))[1])["retention_days"] == 30


async def test_a_confirmed_retention_deletes_at_once(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "INSERT INTO job_runs (job, started_at, finished_at, succeeded)"
        " VALUES ('old', now() - interval '40 days', now() - interval '40 days', TRUE)"
    )
    _, output, _ = await run("maintain", "--retention-days", "30", "--yes", url=database_url)
    await connection.close()
    assert "deleted rows: 1 of job_runs" in output


async def test_yes_must_say_to_what(database_url: str) -> None:
    exit_code, _, error = await run("maintain", "--yes", url=database_url)
    assert exit_code == 2
    assert "--yes needs --retention-days" in error
