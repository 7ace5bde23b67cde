"""Head sampling without lost failures: spans that a sampler drops are recorded, but not sampled.

Exporters skip unsampled spans, so other backends receive the same spans as before; Failcat's processor gets all.
"""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult, StaticSampler
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes

_PARENT_BASED = (
    *("_root", "_remote_parent_sampled", "_remote_parent_not_sampled"),
    *("_local_parent_sampled", "_local_parent_not_sampled"),
)


def recording_sampler(sampler: Sampler) -> tuple[Sampler, list[RecordingSampler]]:
    """`sampler` that drops nothing, and the wrappers in it. Samplers that never drop are not wrapped, and of a
    parent-based one only those for the cases in which it may: that saves healthy spans a call."""
    method = type(sampler).should_sample
    if method is StaticSampler.should_sample and getattr(sampler, "_decision", None) is Decision.RECORD_AND_SAMPLE:
        return sampler, []
    if method is ParentBased.should_sample and all(hasattr(sampler, name) for name in _PARENT_BASED):
        parts = [recording_sampler(getattr(sampler, name)) for name in _PARENT_BASED]
        return ParentBased(*(part for part, _ in parts)), [each for _, wrappers in parts for each in wrappers]
    wrapper = RecordingSampler(sampler)
    return wrapper, [wrapper]


class RecordingSampler(Sampler):
    """Replaces another sampler's DROP with RECORD_ONLY."""

    def __init__(self, inner: Sampler) -> None:
        self.inner = inner
        self.is_active = True

    def should_sample(  # noqa: PLR0917 - the SDK's signature
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        result = self.inner.should_sample(parent_context, trace_id, name, kind, attributes, links)
        if result.decision is Decision.DROP and self.is_active:
            # A sampler that drops returns no attributes; the span would lose its initial ones.
            return SamplingResult(Decision.RECORD_ONLY, result.attributes or attributes, result.trace_state)
        return result

    def get_description(self) -> str:
        return f"FailcatRecording{{{self.inner.get_description()}}}"
