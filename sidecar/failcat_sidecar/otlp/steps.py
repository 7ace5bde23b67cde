"""Reads suspects in steps, between which other requests are served."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from google.protobuf.message import DecodeError

from failcat_sidecar.errors import InvalidPayload
from failcat_sidecar.otlp.ancestors import Ancestors
from failcat_sidecar.otlp.model import Decoded, Item, Rejections

STEP_BYTES = 32 << 10
STEP_ITEMS = 512
"""Suspects per step: at most 10 ms for SDKs' requests, 40 ms for nested values."""

UNREADABLE = (DecodeError, InvalidPayload, ValueError, RecursionError)
"""What reading one item of a request may raise; it is rejected alone."""

Raw = TypeVar("Raw")


def in_steps(
    suspects: Sequence[Raw],
    size_of: Callable[[Raw], int],
    read: Callable[[Raw], Item | None],
    counted: Decoded,
    ancestors: Ancestors[Any] | None = None,
) -> Iterator[Decoded]:
    """The suspects that `read` can read, in steps; the first step has the counts of `counted`. `read` returns None for
    one that turns out to report nothing."""
    begin = 0
    for end, step_bytes in _ends([size_of(suspect) for suspect in suspects]):
        items, rejections = _read_all(suspects[begin:end], read)
        if ancestors is not None and ancestors.may_complete(items):
            for _ in ancestors.find():
                yield Decoded(more=True)
            items = [ancestors.complete(item) for item in items]
        rejected = counted.rejected + rejections.count
        error = counted.error or rejections.error
        yield Decoded(counted.spans, counted.log_records, items, rejected, error, step_bytes, more=end < len(suspects))
        counted, begin = Decoded(), end


def _ends(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The place behind the last item of each step, and the step's bytes. At least one step."""
    total = sum(sizes)
    if total < STEP_BYTES and len(sizes) <= STEP_ITEMS:  # nearly always
        yield len(sizes), total
        return
    begin, step_bytes = 0, 0
    for place, size in enumerate(sizes[:-1], 1):
        step_bytes += size
        if step_bytes >= STEP_BYTES or place - begin == STEP_ITEMS:
            yield place, step_bytes
            begin, step_bytes = place, 0
    yield len(sizes), step_bytes + sizes[-1]


def _read_all(suspects: Iterable[Raw], read: Callable[[Raw], Item | None]) -> tuple[list[Item], Rejections]:
    items: list[Item] = []
    rejections = Rejections()
    for suspect in suspects:
        try:
            item = read(suspect)
        except UNREADABLE as error:
            rejections.add(error)
        else:
            if item is not None:
                items.append(item)
    return items, rejections
