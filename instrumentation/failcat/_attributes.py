"""Attributes of spans as plain dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def plain(attributes: Mapping[str, object]) -> Mapping[str, object]:
    """As a dict where that is cheap: a lookup in the SDK's own view takes half a microsecond."""
    return attributes.copy() if isinstance(attributes, MappingProxyType) else attributes
