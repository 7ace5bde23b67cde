"""The group of a failure follows from its row alone, so that a stored row can be grouped again."""

from __future__ import annotations

from collections.abc import Mapping

from failcat_catalog.signature import signature, signature_of_place, signature_of_redacted
from failcat_catalog.text import CUT_MARK


def signature_of_failure(
    error_code: str, message: str | None, service_name: str | None, context: Mapping[str, object]
) -> str:
    """The signature for columns and context of a row. Messages are redacted already, but a cut one may end in text that
    looks like a secret."""
    if message:
        return (signature if message.endswith(CUT_MARK) else signature_of_redacted)(error_code, message)
    place = context.get("span_name") or context.get("event_name") or ""
    return signature_of_place(error_code, service_name or "", str(place), str(context.get("span_kind") or ""))
