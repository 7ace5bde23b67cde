"""How long the fleet keeps failures: one row, so that no sidecar's own setting deletes what another one keeps.

Expands only: sidecars of 0.1.0 do not read it.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FLEET_RETENTION = """
CREATE TABLE fleet_retention (
    singleton BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (singleton),
    retention_days INTEGER NOT NULL CHECK (retention_days BETWEEN 0 AND 36500),
    drops_from TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL DEFAULT now()
)
"""

RETENTION_COMMENT = """
COMMENT ON COLUMN fleet_retention.retention_days IS
'The longest that any sidecar has announced, 0 for ever; `failcat maintain --retention-days N --yes` shortens it'
"""

DROPS_FROM_COMMENT = """
COMMENT ON COLUMN fleet_retention.drops_from IS
'Nothing expires before: a day after the first announcement, so that every sidecar has announced its own'
"""


def upgrade() -> None:
    for statement in (FLEET_RETENTION, RETENTION_COMMENT, DROPS_FROM_COMMENT):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE fleet_retention")
