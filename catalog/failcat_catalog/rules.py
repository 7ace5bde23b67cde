"""Entries and rules as values, made from catalog documents that fit the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from failcat_catalog.documents import (
    CatalogError,
    ConditionDocument,
    EntryDocument,
    IgnoreDocument,
    RecoveryDocument,
    RuleDocument,
)
from failcat_catalog.types import Entry, Recovery
from failcat_catalog.vocabulary import Category, RecoveryMode, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """How to recognise one kind of failure, and the advice for it: the entry's, with the rule's changes applied."""

    id: str
    entry: Entry
    retryable: bool
    recovery: Recovery
    suggestions: tuple[str, ...]
    provider: str = ""  # the provider or library that the rule is for
    general: bool = False  # applies only when no specific rule holds
    source: str = ""  # of the knowledge
    when: tuple[ConditionDocument, ...] = ()
    unless: tuple[ConditionDocument, ...] = ()


def make_entry(document: EntryDocument) -> Entry:
    """The entry that `document`, which fits the schema, describes."""
    recovery = document["recovery"]
    return Entry(
        code=document["code"],
        category=Category(document["category"]),
        severity=Severity(document["severity"]),
        retryable=document["retryable"],
        recovery=_recovery(Recovery(RecoveryMode(recovery["mode"])), recovery),
        message=document["message"],
        suggestions=tuple(document["suggestions"]),
        http_status=document.get("http_status"),
        docs=document.get("docs", ""),
    )


def make_rule(document: RuleDocument, entries: Mapping[str, Entry], layer: str) -> Rule:
    """The rule that `document`, which fits the schema, describes. Raises CatalogError for an unknown code."""
    entry = entries.get(document["code"])
    if entry is None:
        raise CatalogError(layer, f"no entry has the code {document['code']}", rule=document["id"], field="code")
    recovery = document.get("recovery")
    return Rule(
        id=document["id"],
        entry=entry,
        retryable=document.get("retryable", entry.retryable),
        recovery=_recovery(entry.recovery, recovery) if recovery else entry.recovery,
        suggestions=tuple(document.get("suggestions") or entry.suggestions),
        provider=document.get("provider", ""),
        general=document.get("general", False),
        source=document.get("source", ""),
        when=tuple(document["when"]),
        unless=tuple(document.get("unless") or ()),
    )


_NO_FAILURE = Entry(
    code="IGNORED",
    category=Category.PERMANENT,
    severity=Severity.LOW,
    retryable=False,
    recovery=Recovery(RecoveryMode.SKIP),
    message="Not a failure, as the operator says.",
    suggestions=(),
)
"""Of no catalog and in no row: a rule has an entry."""


def make_ignore_rule(document: IgnoreDocument) -> Rule:
    """The rule that `document`, which fits the schema, describes: what it recognises is no failure."""
    return Rule(
        id=document["id"],
        entry=_NO_FAILURE,
        retryable=False,
        recovery=_NO_FAILURE.recovery,
        suggestions=(),
        source=document.get("source", ""),
        when=tuple(document["when"]),
        unless=tuple(document.get("unless") or ()),
    )


def _recovery(base: Recovery, changes: RecoveryDocument) -> Recovery:
    mode = RecoveryMode(changes["mode"]) if "mode" in changes else base.mode
    return replace(
        base,
        mode=mode,
        max_attempts=changes.get("max_attempts", base.max_attempts),
        base_delay_ms=changes.get("base_delay_ms", base.base_delay_ms),
        max_delay_ms=changes.get("max_delay_ms", base.max_delay_ms),
        jitter=changes.get("jitter", base.jitter),
        honour_retry_after=changes.get("honour_retry_after", base.honour_retry_after),
        action=changes.get("action", base.action),
    )
