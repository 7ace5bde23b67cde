"""Takes secrets out of text before anything touches a disk: each becomes a visible mark such as `[redacted:api-key]`.

Law: redact(redact(x)) == redact(x). No regular expressions, so that it answers alike where no RE2 exists; every step is
one scan. The shapes are those that issuers document and that secret scanners (gitleaks, GitHub, TruffleHog) look for.
"""

from __future__ import annotations

from failcat_catalog.redaction.assignments import kind_of_key
from failcat_catalog.redaction.marks import KINDS, mark
from failcat_catalog.redaction.scan import redact
from failcat_catalog.redaction.values import MAX_DEPTH, redact_value

__all__ = ["KINDS", "MAX_DEPTH", "kind_of_key", "mark", "redact", "redact_value"]
