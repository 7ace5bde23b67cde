"""Redacts secrets in text before it reaches a disk: each becomes a visible mark such as `[redacted:api-key]`.

Redaction is idempotent: redact(redact(x)) == redact(x). Uses no regular expressions, so the result does not depend on
google-re2; every step is one scan. A secret is known by its issuer's prefix (`prefixes`, `tokens`), by the name before
it (`names`, `assignments`), or by where it stands (`urls`, `schemes`, `keys`); `values` and `randomness` tell it from a
path, a number, a placeholder or a word, so that a text stays readable. `view` reads encoded texts.
"""

from __future__ import annotations

from failcat_catalog.redaction.marks import KINDS, mark
from failcat_catalog.redaction.named import is_secret_name, mark_of_number, redact_named
from failcat_catalog.redaction.scan import redact

__all__ = ["KINDS", "is_secret_name", "mark", "mark_of_number", "redact", "redact_named"]
