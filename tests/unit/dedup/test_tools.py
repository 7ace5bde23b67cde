"""A tool's exception travels up through spans that only know its class."""

from __future__ import annotations

import pytest
from tests.support.otlp import candidates, exception, span
from tests.unit.dedup.test_request import rows

from failcat_sidecar.dedup import Deduplicator


@pytest.mark.parametrize("exception_type", ["LookupError", "acme.StockError", "java.lang.NullPointerException"])
def test_what_a_tool_raised_is_its_failure_though_the_spans_above_report_it_too(
    exception_type: str, deduplicator: Deduplicator
) -> None:
    raised = exception(exception_type, "order 4031 is not in the warehouse")
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find_order"}
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "clerk"}
    sent = candidates(
        span(2, parent=1, end_ms=10, attributes=tool, events=(raised,)),
        span(1, end_ms=11, attributes=agent, events=(raised,)),
    )
    (row,) = rows(deduplicator.deduplicate(sent))
    assert (row.catalog_entry_id, row.severity, row.skill_id, row.agent_name) == (
        *("TOOL_FAILED", "MEDIUM"),
        *("find_order", "clerk"),
    )
