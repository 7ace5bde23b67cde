"""From an export request to its suspects, whatever the signal and the encoding."""

from __future__ import annotations

from failcat_sidecar.otlp import json_body, protobuf
from failcat_sidecar.otlp.model import Decoded
from failcat_sidecar.receive.export import Encoding, Export, Signal

_DECODERS = {
    (Signal.TRACES, Encoding.PROTOBUF): protobuf.decode_traces,
    (Signal.LOGS, Encoding.PROTOBUF): protobuf.decode_logs,
    (Signal.TRACES, Encoding.JSON): json_body.decode_traces,
    (Signal.LOGS, Encoding.JSON): json_body.decode_logs,
}


def decode(export: Export) -> Decoded:
    """Raises InvalidPayload if the request as a whole is not OTLP. An item that cannot be read is rejected alone; a
    healthy one is not looked into."""
    return _DECODERS[export.signal, export.encoding](export.body)
