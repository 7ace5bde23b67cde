"""Decodes OTLP requests into a neutral model: skips healthy items quickly, reads the others strictly and bounded."""

from failcat_sidecar.otlp.decode import decode, decode_in_steps
from failcat_sidecar.otlp.model import Attributes, Decoded, Event, Item, LogItem, Resource, SpanItem
from failcat_sidecar.otlp.unrecognised import Unrecognised

__all__ = [
    "Attributes",
    "Decoded",
    "Event",
    "Item",
    "LogItem",
    "Resource",
    "SpanItem",
    "Unrecognised",
    "decode",
    "decode_in_steps",
]
