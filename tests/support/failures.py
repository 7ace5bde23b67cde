"""Failure records as extraction makes them: about 800 bytes a row, fifty groups."""

from __future__ import annotations

import random
import time
from typing import Any

from failcat_catalog.identity import failure_id
from failcat_core.records import FailureRecord

MESSAGE = (
    "Error code: 429 - {{'error': {{'message': 'Rate limit reached for gpt-5 in organization org-{org} on tokens per "
    "min (TPM): Limit 30000, Used {used}', 'type': 'tokens', 'code': 'rate_limit_exceeded'}}}}"
)
CONTEXT = """{
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-5",
    "server.address": "api.example.com",
    "url.full": "https://api.example.com/v1/chat/completions"
}"""


class Failures:
    """Makes failures; the same seed gives the same ones but for their time."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)

    def one(self, **fields: Any) -> FailureRecord:
        """`fields` replace what it would have had."""
        rnd = self._random
        now_ns, trace_id, span_id = time.time_ns(), rnd.randbytes(16), rnd.randbytes(8)
        number = rnd.randrange(50)
        values: dict[str, Any] = {
            "id": failure_id(now_ns, trace_id, span_id, 0),
            "run_id": f"run-{rnd.getrandbits(32):08x}",
            "error_code": "rate_limit_exceeded",
            "signature": f"v1:{number:016x}",
            "occurred_at_us": now_ns // 1000,
            "catalog_version": "2026.11",
            "error_message": MESSAGE.format(org=trace_id.hex()[:16], used=rnd.randrange(30000)),
            "error_type": "openai.RateLimitError",
            "catalog_entry_id": "RATE_LIMITED" if number % 5 else None,
            "match_type": "code",
            "match_rule": "openai.rate_limit",
            "confidence_score": 0.98,
            "category": "RESOURCE",
            "severity": "MEDIUM",
            "is_retryable": True,
            "recovery_mode": "RETRY_EXPONENTIAL",
            "recovery_suggestion": "Wait as long as Retry-After says, then retry with backoff.",
            "skill_id": "search_orders",
            "step_index": rnd.randrange(20),
            "agent_name": "support-agent",
            "model": "gpt-5",
            "service_version": "1.4.2",
            "service_name": "load",
            "trace_id": trace_id,
            "span_id": span_id,
            "parent_span_id": rnd.randbytes(8),
            "context": CONTEXT,
        }
        return FailureRecord(**{**values, **fields})

    def many(self, count: int, **fields: Any) -> list[FailureRecord]:
        return [self.one(**fields) for _ in range(count)]
