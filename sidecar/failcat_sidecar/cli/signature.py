"""`failcat signature`: messages on stdin, one a line, to one signature a line on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol, cast

import click

from failcat_catalog.signature import signature as signature_of

CHUNK_BYTES = 64 * 1024
MAX_LINE_BYTES = 16 * 1024 * 1024


class ByteSource(Protocol):
    """The interface of `sys.stdin.buffer` that reads available bytes without waiting for more."""

    def read1(self, size: int, /) -> bytes: ...


EPILOG = """\b
Examples:
  echo 'order 4031 failed' | failcat signature
  jq -c .message failures.jsonl | failcat signature --json | sort | uniq -c"""


@click.command("signature", epilog=EPILOG)
@click.option(
    "--json", "as_json", is_flag=True, help="Each line is a JSON string, so that a message may hold line breaks."
)
def signature(as_json: bool) -> None:
    """Write the signature of each message read from standard input.

    The signature is the key under which unknown failures are grouped. Messages are UTF-8 text, one a line.
    """
    source = cast("ByteSource", sys.stdin.buffer)  # typeshed knows it only as BinaryIO
    write_signatures(source, sys.stdout.buffer, _from_json if as_json else _from_text)


def write_signatures(source: ByteSource, sink: BinaryIO, message_of: Callable[[bytes], str]) -> None:
    """One signature a line, in order. Output is flushed whenever no input is available, so that a pipe works.
    Raises click.ClickException, which names the line that cannot be read."""
    number = 0
    for lines in _batches(source):
        for line in lines:
            number += 1
            try:
                message = message_of(line)
            except (ValueError, RecursionError) as error:
                raise click.ClickException(f"line {number}: {error}") from error
            sink.write(f"{signature_of('', message)}\n".encode())
        sink.flush()


def _batches(source: ByteSource) -> Iterator[list[bytes]]:
    """Complete lines without their ends, as they arrive; the last line needs no end."""
    rest = bytearray()
    while chunk := source.read1(CHUNK_BYTES):
        head, newline, tail = chunk.rpartition(b"\n")
        if newline:
            yield bytes(rest + head).split(b"\n")
            rest.clear()
        rest += tail
        if len(rest) > MAX_LINE_BYTES:
            raise click.ClickException(f"a line is longer than {MAX_LINE_BYTES >> 20} MiB")
    if rest:
        yield [bytes(rest)]


def _from_text(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "replace")


def _from_json(line: bytes) -> str:
    value = json.loads(line)
    if not isinstance(value, str):
        raise ValueError("not a JSON string")
    return value


if __name__ == "__main__":
    signature()
