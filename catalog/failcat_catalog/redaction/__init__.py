"""Redacts secrets in text before it reaches a disk: each becomes a visible mark such as `[redacted:api-key]`.

Redaction is idempotent: redact(redact(x)) == redact(x). Uses no regular expressions, so the result does not depend on
google-re2; every step is one scan. The shapes are those that issuers document and that secret scanners (gitleaks,
GitHub, TruffleHog) look for.
"""

from __future__ import annotations

from failcat_catalog.redaction.assignments import kind_of_key
from failcat_catalog.redaction.marks import KINDS, mark
from failcat_catalog.redaction.named import redact_named
from failcat_catalog.redaction.scan import redact

__all__ = ["KINDS", "kind_of_key", "mark", "redact", "redact_named"]
