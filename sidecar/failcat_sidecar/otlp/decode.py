"""From an export request to its suspects, for every signal and encoding."""

from __future__ import annotations

from collections.abc import Iterator

from failcat_sidecar.export import Encoding, Export, Signal
from failcat_sidecar.otlp import json_body, protobuf
from failcat_sidecar.otlp.model import Decoded

_DECODERS = {
    (Signal.TRACES, Encoding.PROTOBUF): protobuf.decode_traces,
    (Signal.LOGS, Encoding.PROTOBUF): protobuf.decode_logs,
    (Signal.TRACES, Encoding.JSON): json_body.decode_traces,
    (Signal.LOGS, Encoding.JSON): json_body.decode_logs,
}


def decode_in_steps(export: Export) -> Iterator[Decoded]:
    """Each step is a few milliseconds of work; most requests are one step. All but the last one have `more`.

    Raises InvalidPayload, before the first suspect, if the request as a whole is not OTLP. An item that cannot be read
    is rejected alone; a healthy one is not parsed."""
    return _DECODERS[export.signal, export.encoding](export.body)


def decode(export: Export) -> Decoded:
    """All steps as one."""
    steps = list(decode_in_steps(export))
    return Decoded(
        spans=sum(step.spans for step in steps),
        log_records=sum(step.log_records for step in steps),
        suspects=[item for step in steps for item in step.suspects],
        rejected=sum(step.rejected for step in steps),
        error=next((step.error for step in steps if step.error), ""),
        unrecognised=next((step.unrecognised for step in steps if step.unrecognised), None),
    )
