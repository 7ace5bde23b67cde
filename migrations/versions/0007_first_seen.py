"""When a group was first seen: the least time of its failures, also of those that came after later ones.

Expands only: sidecars of earlier revisions leave the column NULL, and the view then knows what the group began with.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMN = "ALTER TABLE failure_group_hours ADD COLUMN first_seen TIMESTAMPTZ"

TOTALS = """
CREATE OR REPLACE VIEW failure_group_totals AS
SELECT g.tenant_id, g.signature, g.title, g.state, {first_seen} AS first_seen, g.samples,
       sum(h.occurrences)::BIGINT AS occurrences, max(h.last_seen) AS last_seen
FROM failure_groups g
JOIN failure_group_hours h USING (tenant_id, signature)
GROUP BY g.tenant_id, g.signature
"""


def upgrade() -> None:
    op.execute(COLUMN)
    op.execute(TOTALS.format(first_seen="least(g.first_seen, min(h.first_seen))"))


def downgrade() -> None:
    op.execute(TOTALS.format(first_seen="g.first_seen"))
    op.execute("ALTER TABLE failure_group_hours DROP COLUMN first_seen")
