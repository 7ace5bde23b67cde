"""Which model was asked, and which version of the service asked it, with the index that a group's newest rows are
found by.

Expands only: sidecars of earlier revisions leave both columns NULL.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = "ALTER TABLE failure_matches ADD COLUMN model TEXT, ADD COLUMN service_version TEXT"

# A transaction's rows have one created_at, so that entries of a group in it are one entry of the index.
INDEX = "CREATE INDEX idx_fm_group ON failure_matches (signature, tenant_id, created_at)"


def upgrade() -> None:
    for statement in (COLUMNS, INDEX):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX idx_fm_group")
    op.execute("ALTER TABLE failure_matches DROP COLUMN model, DROP COLUMN service_version")
