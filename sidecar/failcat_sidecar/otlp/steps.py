"""Reads suspects in steps, between which other requests are served."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from failcat_sidecar.otlp.ancestors import Ancestors
from failcat_sidecar.otlp.model import Decoded, LogItem, Rejections, SpanItem

STEP_BYTES = 32 << 10
STEP_ITEMS = 512
"""Suspects per step: at most 10 ms for SDKs' requests, 40 ms for nested values."""

Raw = TypeVar("Raw")
Item = TypeVar("Item", SpanItem, LogItem)


def in_steps(
    suspects: Sequence[Raw],
    size_of: Callable[[Raw], int],
    read: Callable[[Sequence[Raw]], tuple[list[Item], Rejections]],
    counted: Decoded,
    ancestors: Ancestors[Any] | None = None,
) -> Iterator[Decoded]:
    """The results of `read` in steps; the first one has the counts of `counted`."""
    begin, step_bytes = 0, 0
    for place, suspect in enumerate(suspects):
        step_bytes += size_of(suspect)
        if step_bytes < STEP_BYTES and place + 1 - begin < STEP_ITEMS:
            continue
        if place + 1 < len(suspects):
            yield from _step(suspects[begin : place + 1], read, counted._replace(more=True), step_bytes, ancestors)
            counted, begin, step_bytes = Decoded(), place + 1, 0
    yield from _step(suspects[begin:], read, counted, step_bytes, ancestors)


def _step(
    suspects: Sequence[Raw],
    read: Callable[[Sequence[Raw]], tuple[list[Item], Rejections]],
    counted: Decoded,
    suspect_bytes: int,
    ancestors: Ancestors[Any] | None,
) -> Iterator[Decoded]:
    items, rejections = read(suspects)
    found: list[SpanItem | LogItem] = list(items)
    if ancestors is not None and ancestors.may_complete(found):
        for _ in ancestors.find():
            yield Decoded(more=True)
        found = [ancestors.complete(item) for item in found]
    yield counted._replace(
        suspects=found,
        suspect_bytes=suspect_bytes,
        rejected=counted.rejected + rejections.count,
        error=counted.error or rejections.error,
    )
