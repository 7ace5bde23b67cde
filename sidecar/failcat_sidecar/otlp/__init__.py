"""Decoding of OTLP requests into a neutral model: fast past what is healthy, strict and bounded with the rest."""

from failcat_sidecar.otlp.decode import decode, decode_in_steps
from failcat_sidecar.otlp.model import Attributes, Decoded, Event, Item, LogItem, Resource, SpanItem

__all__ = ["Attributes", "Decoded", "Event", "Item", "LogItem", "Resource", "SpanItem", "decode", "decode_in_steps"]
