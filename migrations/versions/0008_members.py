"""The reports that rows of `failure_matches` were made of, and whose they are: joining.

Revision 0008. Expands only: sidecars before it neither read nor write the table, and their rows count as one report.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MEMBERS = """
CREATE TABLE failure_members (
    member_id UUID PRIMARY KEY,
    row_id UUID NOT NULL,
    tenant_id TEXT,
    trace_id TEXT,
    report BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
) PARTITION BY RANGE (member_id)
"""

MEMBERS_DEFAULT = "CREATE TABLE failure_members_default PARTITION OF failure_members DEFAULT"

MEMBERS_COMMENT = """
COMMENT ON TABLE failure_members IS
'Reports of failures that have several: row_id is the row of failure_matches that member_id is part of'
"""

REPORT_COMMENT = """
COMMENT ON COLUMN failure_members.report IS
'The report as a msgpack record, a batch of one: the row that it would be alone'
"""

INDEXES = (
    "CREATE INDEX idx_fmem_trace ON failure_members (trace_id, member_id) WHERE trace_id IS NOT NULL",
    "CREATE INDEX idx_fmem_row ON failure_members (row_id)",
)


def upgrade() -> None:
    for statement in (MEMBERS, MEMBERS_DEFAULT, MEMBERS_COMMENT, REPORT_COMMENT, *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE failure_members")
