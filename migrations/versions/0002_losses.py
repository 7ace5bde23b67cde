"""Failures that agents dropped, as they told: counts by run, service and hour.

Revision 0002. Releases before it neither read nor write the table.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LOSSES = """
CREATE TABLE failure_losses (
    id UUID PRIMARY KEY,
    tenant_id TEXT,
    run_id TEXT NOT NULL,
    service_name TEXT,
    hour TIMESTAMPTZ NOT NULL,
    dropped BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
)
"""

LOSSES_COMMENT = """
COMMENT ON TABLE failure_losses IS
'Failing spans and recovery outcomes that agents dropped before they reached a sidecar: a row a report, to be summed up'
"""

INDEXES = (
    "CREATE INDEX idx_fl_hour ON failure_losses (hour)",
    "CREATE INDEX idx_fl_created_at ON failure_losses (created_at)",
)


def upgrade() -> None:
    for statement in (LOSSES, LOSSES_COMMENT, *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE failure_losses")
