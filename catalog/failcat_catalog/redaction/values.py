"""What a text after a name is: a secret, or a path, a number, a placeholder, a piece of prose."""

from __future__ import annotations

from failcat_catalog.redaction.marks import MARKS
from failcat_catalog.redaction.names import Proof, is_count
from failcat_catalog.redaction.randomness import is_mixed, is_random

_WORDS = frozenset(
    (
        *(
            "",
            "none",
            "null",
            "nil",
            "undefined",
            "missing",
            "empty",
            "unset",
            "not",
            "set",
            "yes",
            "no",
            "ok",
            "true",
            "false",
        ),
        *(
            "bearer",
            "basic",
            "digest",
            "required",
            "invalid",
            "optional",
            "default",
            "env",
            "str",
            "string",
            "value",
            "field",
        ),
        *(
            "redacted",
            "hidden",
            "masked",
            "filtered",
            "removed",
            "secure",
            "[secure]",
            "[redacted]",
            "[filtered]",
            "header",
        ),
        *(
            "expired",
            "revoked",
            "unknown",
            "disabled",
            "enabled",
            "incorrect",
            "wrong",
            "denied",
            "failed",
            "error",
            "found",
        ),
        *("password", "secret", "token", "key", "pass", "passwd", "pwd", "username", "user", "changeme", "example"),
        *("is", "was", "the", "a", "for", "must", "and", "or", "in", "of", "to", "authentication"),
    )
)
_STARTS_OF_PLACEHOLDERS = (
    *("$", "{", "<", "%(", "%s", "[", "...", "\u2026", "***", "xxxx", "your_", "your-", "os.", "self.", "process.env"),
    *("env.", "settings.", "config.", "arn:", "projects/", "vault:", "urn:", "sha256:", "file:"),
)
_FILE_ENDINGS = (
    *(".json", ".pem", ".key", ".yaml", ".yml", ".txt", ".crt", ".env", ".p12", ".py", ".toml", ".ini", ".cfg"),
)
_PROSE = (
    *(
        " must ",
        " is ",
        " should ",
        " not ",
        " at least ",
        " required",
        " be ",
        " to ",
        " for ",
        " was ",
        " has ",
        " the ",
    ),
)
_MIN_RANDOM_CHARS = 8


def is_secret(value: str, kind: str, proof: Proof) -> bool:
    """Whether this is a secret, after a name of this kind that asks for this proof."""
    if is_neutral(value, kind):
        return False
    if proof is Proof.RANDOM:
        return len(value) >= _MIN_RANDOM_CHARS and is_random(value)
    return proof is Proof.NAME or is_mixed(value)


def is_neutral(value: str, kind: str) -> bool:
    """Whether this is no secret whatever name it has."""
    lower = value.lower()
    if lower in _WORDS or value in MARKS or lower.startswith(_STARTS_OF_PLACEHOLDERS) or lower.endswith(_FILE_ENDINGS):
        return True
    if "***" in value or not any(map(str.isalnum, value)):
        return True
    if is_count(kind) and (_is_number(value) or " " in value):
        return True
    return _is_path(value, kind) or (kind == "password" and any(map(value.__contains__, _PROSE)))


def is_uuid(value: str) -> bool:
    """Whether this has the form of a UUID: an id, unless its name says otherwise."""
    return len(value) == 36 and value.count("-") == 4


def _is_number(value: str) -> bool:
    return value.removeprefix("-").replace(".", "", 1).replace(",", "").isdecimal()


def _is_path(value: str, kind: str) -> bool:
    if value[1:3] in (":\\", ":/") or value.startswith(("./", "../", "~/", "\\\\")):
        return True
    if "/" not in value or (kind == "password" and value[0] != "/"):
        return False
    return not is_random(max(value.split("/"), key=len))
