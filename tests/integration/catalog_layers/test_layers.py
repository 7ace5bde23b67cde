"""The catalog of a running sidecar follows files, signals and PostgreSQL, and survives what is broken."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from prometheus_client import CollectorRegistry
from tests.support.waiting import until

from failcat_catalog.documents import CatalogError
from failcat_catalog.types import Match, Observation
from failcat_sidecar.catalog_layers import CatalogLayers, layers
from failcat_sidecar.metrics import Metrics

NOWHERE = "postgresql://failcat@127.0.0.1:1/failcat"
FILES, PROMOTED = 0.02, 0.05  # seconds between two looks, which tell the watches apart


def document(pattern: str, code: str = "TIMEOUT", name: str = "mine.own") -> str:
    return json.dumps({"rules": [{"id": name, "code": code, "when": [{"message": [pattern]}]}]})


class Followed:
    """Layers, and what follows them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "own.yaml"
        self.cache = folder / "catalog-cache.json"
        if not self.file.exists():
            self.file.write_text(document("first pattern"))
        self.metrics = Metrics()
        self.layers = CatalogLayers([self.file], self.cache, self.metrics)
        self.versions = [self.layers.catalog.version]
        self._match: Callable[[Observation], Match] = self.layers.catalog.match
        self.layers.follow(self._take_up)

    async def _take_up(self, match: Callable[[Observation], Match], version: str) -> None:
        self._match = match
        self.versions.append(version)

    def code(self, message: str) -> str:
        return self._match(Observation(message=message)).code

    def reloads(self, outcome: str) -> float:
        registry: CollectorRegistry = self.metrics.registry
        return registry.get_sample_value("failcat_catalog_reloads_total", {"outcome": outcome}) or 0

    @asynccontextmanager
    async def watching(self, *watches: Coroutine[object, object, None]) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(watch) for watch in watches]
        await asyncio.sleep(0)
        try:
            yield
            assert not any(task.done() for task in tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class Looks:
    """How often each watch, by its seconds between two looks, has begun to wait for the next one."""

    def __init__(self) -> None:
        self._begun: Counter[float] = Counter()
        self._wait = layers._requested_within

    async def counted_wait(self, requested: asyncio.Event, seconds: float) -> bool:
        self._begun[seconds] += 1
        return await self._wait(requested, seconds)

    async def full_look(self, *watches: float) -> None:
        """Each of the watches looks from beginning to end, and does what follows from it."""
        enough = {watch: self._begun[watch] + 2 for watch in watches}  # the first look may have begun before
        await until(lambda: all(self._begun[watch] >= count for watch, count in enough.items()))


@pytest.fixture(autouse=True)
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Watches look often, and are counted."""
    looks = Looks()
    monkeypatch.setattr(layers, "FILES_SECONDS", FILES)
    monkeypatch.setattr(layers, "PROMOTED_SECONDS", PROMOTED)
    monkeypatch.setattr(layers, "_requested_within", looks.counted_wait)
    return looks


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return Followed(tmp_path)


async def promote(db: asyncpg.Connection, code: str, text: str) -> None:
    await db.execute(
        "INSERT INTO catalog_entries (code, document) VALUES ($1, $2)"
        " ON CONFLICT (code) DO UPDATE SET document = excluded.document, updated_at = now()",
        code,
        text,
    )


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def test_a_changed_file_is_taken_up(followed: Followed) -> None:
    assert followed.code("the first pattern") == "TIMEOUT"
    async with followed.watching(followed.layers.watch_files()):
        followed.file.write_text(document("second pattern"))
        await until(lambda: followed.code("the second pattern"))
    assert followed.code("the first pattern") == ""
    assert followed.versions[-1] == followed.layers.catalog.version
    assert (followed.reloads("succeeded"), followed.reloads("failed")) == (1, 0)


async def test_an_unchanged_file_is_left_alone(followed: Followed, looks: Looks) -> None:
    async with followed.watching(followed.layers.watch_files()):
        await looks.full_look(FILES)
    assert len(followed.versions) == 1


async def test_the_old_catalog_stays_while_a_file_is_broken(
    followed: Followed, caplog: pytest.LogCaptureFixture
) -> None:
    before = followed.layers.catalog.version
    async with followed.watching(followed.layers.watch_files()):
        for number, content in enumerate(("rules: [", document("(unclosed"), "a: " + "[" * 20_000), 1):
            followed.file.write_text(content)
            await until(lambda number=number: followed.reloads("failed") == number)  # type: ignore[misc]
        followed.file.unlink()
        await until(lambda: followed.reloads("failed") == 4)
        assert (followed.code("the first pattern"), followed.layers.catalog.version) == ("TIMEOUT", before)
        followed.file.write_text(document("second pattern"))
        await until(lambda: followed.reloads("succeeded") == 1)
    assert followed.code("the second pattern") == "TIMEOUT"
    broken = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(broken) == 4
    assert all(f"{before} stays in use: " in line for line in broken)
    assert sum(str(followed.file) in line for line in broken) >= 3


async def test_sighup_looks_again_even_at_what_has_not_changed(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "FILES_SECONDS", 600)
    async with followed.watching(followed.layers.watch_files()):
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: followed.reloads("succeeded") == 1)


async def test_promoted_entries_are_laid_over_the_files(
    followed: Followed, database_url: str, db: asyncpg.Connection
) -> None:
    watches = followed.layers.watch_files(), followed.layers.watch_promoted(database_url)
    async with followed.watching(*watches):
        await promote(db, "A", document("first pattern", "CANCELLED"))
        await until(lambda: followed.code("the first pattern") == "CANCELLED")
        followed.file.write_text(document("second pattern", name="mine.other"))
        await until(lambda: followed.code("the second pattern") == "TIMEOUT")
        assert followed.code("the first pattern") == "CANCELLED"
        await db.execute("UPDATE catalog_entries SET state = 'retired', updated_at = now()")
        await until(lambda: followed.code("the first pattern") == "")


async def test_changes_at_the_same_time_all_count(
    followed: Followed, database_url: str, db: asyncpg.Connection, looks: Looks
) -> None:
    watches = followed.layers.watch_files(), followed.layers.watch_promoted(database_url)
    async with followed.watching(*watches):
        for number in range(4):
            await promote(db, "A", document(f"promoted {number}", name="mine.promoted"))
            for _ in range(3):
                await looks.full_look(FILES)
                followed.file.write_text(document(f"pattern {number}") + " ")
            await until(lambda n=number: followed.code(f"the pattern {n}"))  # type: ignore[misc]
            await until(lambda n=number: followed.code(f"the promoted {n}"))  # type: ignore[misc]
            await looks.full_look(FILES, PROMOTED)
            assert (followed.code(f"the pattern {number}"), followed.code(f"the promoted {number}")) == (
                "TIMEOUT",
                "TIMEOUT",
            )


async def test_a_broken_promotion_is_left_out_by_name_until_it_is_mended(
    followed: Followed, database_url: str, db: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    async with followed.watching(followed.layers.watch_promoted(database_url)):
        await promote(db, "A", document("second pattern"))
        await until(lambda: followed.code("the second pattern"))
        await promote(db, "A", "[]")
        await promote(db, "B", document("third pattern", name="mine.third"))
        await until(lambda: followed.code("the third pattern"))
        await until(lambda: followed.reloads("failed") > 0)
        assert followed.code("the second pattern") == "TIMEOUT"  # its last good version
        await promote(db, "A", document("mended pattern"))
        await until(lambda: followed.code("the mended pattern"))
    assert any("promoted entry A: " in record.getMessage() for record in caplog.records)


async def test_a_promotion_that_waits_for_a_code_comes_alive_with_the_file_that_brings_it(
    followed: Followed, database_url: str, db: asyncpg.Connection
) -> None:
    await promote(db, "A", document("second pattern", "MY_OWN_CODE"))
    watches = followed.layers.watch_files(), followed.layers.watch_promoted(database_url)
    async with followed.watching(*watches):
        await until(lambda: followed.reloads("failed"))
        kind = {**followed.layers.catalog.document["entries"][0], "code": "MY_OWN_CODE"}
        followed.file.write_text(json.dumps({"entries": [kind]}))
        await until(lambda: followed.code("the second pattern") == "MY_OWN_CODE")


async def test_the_next_start_knows_promoted_entries_without_the_database(
    followed: Followed, database_url: str, db: asyncpg.Connection, tmp_path: Path, looks: Looks
) -> None:
    await promote(db, "A", document("second pattern"))
    async with followed.watching(followed.layers.watch_promoted(database_url)):
        await until(followed.cache.exists)
    again = Followed(tmp_path)
    assert again.code("the second pattern") == "TIMEOUT"
    async with again.watching(again.layers.watch_promoted(NOWHERE)):
        await looks.full_look(PROMOTED)
    assert again.code("the second pattern") == "TIMEOUT"
    async with again.watching(again.layers.watch_promoted(database_url)):
        await looks.full_look(PROMOTED)
    assert len(again.versions) == 1  # nothing new was built


async def test_a_database_that_is_unreachable_is_said_once(
    followed: Followed, caplog: pytest.LogCaptureFixture, looks: Looks
) -> None:
    async with followed.watching(followed.layers.watch_promoted(NOWHERE)):
        await looks.full_look(PROMOTED)
        await looks.full_look(PROMOTED)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.parametrize("content", ["[", '[{"code": "A", "document": "[]"}]'])
async def test_a_broken_copy_does_not_keep_it_from_starting(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "catalog-cache.json").write_text(content)
    assert Followed(tmp_path).code("the first pattern") == "TIMEOUT"
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_a_broken_file_does(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("rules: [")
    with pytest.raises(CatalogError, match=r"own\.yaml"):
        Followed(tmp_path)
