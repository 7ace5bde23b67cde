"""Batches that are intact but hold no records of ours: neither the start nor the writer may die of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from failcat_sidecar.app import _remember
from failcat_sidecar.metrics import Metrics
from failcat_sidecar.spool import Spool
from failcat_sidecar.write import DeadLetterFolder, Writer
from failcat_storage.store import Store

PAYLOADS = {
    "not msgpack": b"\xc1",
    "not records": b"\x91\x01",
    "text that is not UTF-8": b"\x91\x81\xa4kind\xa7enrich\xff",
    "nested without end": b"\x91\x82\xa4kind\xaaenrichment\xa7context\x81\xa1a" + b"\x91" * 100_000,
}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
async def test_a_batch_that_cannot_be_decoded_is_retained(payload: bytes, tmp_path: Path) -> None:
    spool = await Spool.open(tmp_path / "spool", max_bytes=1 << 26, reserve_free_bytes=0)
    await spool.append(payload, 1)
    await spool.close()
    spool = await Spool.open(tmp_path / "spool", max_bytes=1 << 26, reserve_free_bytes=0)
    store = Store.connect("postgresql://nobody@127.0.0.1:1/none", shard=0)  # never asked
    writer = Writer(spool, store, Metrics(), DeadLetterFolder(tmp_path))
    assert len(_remember(spool)) == 0
    assert await writer._decode(await spool.read(10, 1 << 20)) == []
    (kept,) = DeadLetterFolder(tmp_path).batches()
    assert kept.path.read_bytes() == payload
    assert (kept.cause.reason, kept.cause.records, kept.shown) == ("undecodable", 1, False)
    await spool.close()
    await store.close()
