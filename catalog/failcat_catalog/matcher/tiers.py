"""The precedence of kinds of evidence: precise evidence wins over general evidence."""

from __future__ import annotations

from collections.abc import Set
from enum import IntEnum

from failcat_catalog.vocabulary import MatchType

PROTOCOL_KEYS = frozenset({"grpc", "sqlstate", "jsonrpc", "errno", "exit_code", "kafka", "statuses", "attributes"})
TEXT_KEYS = frozenset({"message", "exact", "prefix"})


class Tier(IntEnum):
    """The evidence that a condition rests on; the lowest number takes precedence."""

    PROVIDER_CODE = 0  # a machine code, sent as an attribute, of the provider that the failure names
    EXPLICIT_CODE = 1  # an entry's own code, sent by the application
    CODE = 2  # a machine code, where no provider is named
    TEXT_CODE = 3  # a machine code inside the text
    TYPE_AND_MORE = 4  # an exception class with attributes, status or message
    PROTOCOL_CODE = 5  # a status, SQLSTATE, errno, exit code, … inside its protocol
    TYPE = 6  # an exception class
    WHOLE_MESSAGE = 7  # the whole text
    MESSAGE = 8  # something in the text
    TYPE_NAME = 9  # a class's name without its module, or one that is mentioned in the text
    FALLBACK = 10  # only the family is known
    SPAN = 11  # only what failed is known, such as a tool's call


def tier_of(keys: Set[str], *, family_only: bool) -> Tier:
    """The tier of a condition with these keys. `family_only`: its statuses are families such as 4xx."""
    evidence = (
        ({"codes", "providers"} <= keys, Tier.PROVIDER_CODE),
        (keys == {"span"}, Tier.SPAN),
        (not keys.isdisjoint({"codes", "finish_reasons"}), Tier.CODE),
        (keys == {"types"}, Tier.TYPE),
        ("types" in keys, Tier.TYPE_AND_MORE),
        (family_only and keys.isdisjoint(TEXT_KEYS), Tier.FALLBACK),
        (not keys.isdisjoint(PROTOCOL_KEYS), Tier.PROTOCOL_CODE),
        ("exact" in keys, Tier.WHOLE_MESSAGE),
        (not keys.isdisjoint(TEXT_KEYS), Tier.MESSAGE),
    )
    return next((tier for holds, tier in evidence if holds), Tier.FALLBACK)


_MATCH_TYPES = {
    Tier.TYPE_AND_MORE: MatchType.TYPE,
    Tier.TYPE: MatchType.TYPE,
    Tier.WHOLE_MESSAGE: MatchType.EXACT,
    Tier.TYPE_NAME: MatchType.TYPE,
    Tier.FALLBACK: MatchType.FALLBACK,
}


def match_type_of(tier: Tier, fact: str) -> MatchType:
    """The match type of a row that was matched by `fact` in `tier`."""
    if tier is Tier.MESSAGE:
        return MatchType.PREFIX if fact.startswith("prefix:") else MatchType.REGEX
    return _MATCH_TYPES.get(tier, MatchType.CODE)
