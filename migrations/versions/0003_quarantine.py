"""Quarantine: whose a record is, how often it was refused, and whether somebody has looked at it.

Revision 0003. Releases before it write rows without a tenant, and leave the rest at its defaults.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE failure_quarantine
    ADD COLUMN tenant_id TEXT CHECK (length(tenant_id) <= 256),
    ADD COLUMN refusals INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN shown_at TIMESTAMPTZ
"""

REFUSALS_COMMENT = """
COMMENT ON COLUMN failure_quarantine.refusals IS
'How often PostgreSQL refused it: a replay deletes the row only if this did not change meanwhile'
"""

# All that the quarantine's bounds and gauges need: they never read the records.
INDEX = "CREATE INDEX idx_fq_usage ON failure_quarantine (tenant_id, reason, record_bytes, shown_at)"


def upgrade() -> None:
    for statement in (COLUMNS, REFUSALS_COMMENT, INDEX):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX idx_fq_usage")
    op.execute("ALTER TABLE failure_quarantine DROP COLUMN tenant_id, DROP COLUMN refusals, DROP COLUMN shown_at")
