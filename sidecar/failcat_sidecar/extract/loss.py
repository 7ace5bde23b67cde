"""Reports of losses: a span or log record by which an agent tells how many failures it dropped."""

from __future__ import annotations

from failcat_catalog import attributes as own
from failcat_catalog.identity import content_id, uuid_text
from failcat_core.records import LossRecord
from failcat_sidecar.extract.attribution import Attribution
from failcat_sidecar.extract.recovery import MAX_DROPPED, Invalid, uuid_of
from failcat_sidecar.extract.times import ended_unix_nano, occurred_us
from failcat_sidecar.otlp.model import Item


def loss_of(item: Item, attribution: Attribution, now_unix_nano: int) -> LossRecord | Invalid:
    """The report, or what is wrong with it. The tenant and nothing else enters its id, so that nobody can take
    the place of another tenant's report."""
    report_id = uuid_of(item.attributes.get(own.LOSS_REPORT_ID))
    dropped = item.attributes.get(own.LOSS_DROPPED)
    if report_id is None or type(dropped) is not int or not 1 <= dropped <= MAX_DROPPED:
        return Invalid.LOSS
    return LossRecord(
        id=content_id(0, report_id + (attribution.tenant_id or "").encode()),
        run_id=attribution.run.value or uuid_text(report_id),
        dropped=dropped,
        occurred_at_us=occurred_us(item, ended_unix_nano(item), now_unix_nano),
        tenant_id=attribution.tenant_id,
        service_name=attribution.service_name,
    )
