"""Groups that are one: a group of an earlier version of the signature, and the one that goes on counting.

Expands only: sidecars of earlier revisions do not read it.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GROUP_MERGES = """
CREATE TABLE group_merges (
    tenant_id TEXT NOT NULL DEFAULT '',
    signature TEXT NOT NULL,
    merged_into TEXT NOT NULL CHECK (merged_into <> signature),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, signature)
)
"""

INDEX = "CREATE INDEX idx_gm_merged_into ON group_merges (tenant_id, merged_into)"


def upgrade() -> None:
    for statement in (GROUP_MERGES, INDEX):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE group_merges")
