"""Failures, their groups, recoveries, quarantine, catalog entries and job runs.

Revision 0001, the first. The first 20 columns of `failure_matches` and six of its index names are fixed by what
dashboards and jobs already use. There are no triggers, foreign keys or unique constraints beside the keys, so that
the table can later be distributed by `id`.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UUID_AT = """
CREATE FUNCTION failcat_uuid_at(moment TIMESTAMPTZ) RETURNS UUID
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN rpad(
    lpad(to_hex(floor(greatest(least(extract(epoch FROM moment) * 1000, 281474976710655), 0))::BIGINT), 12, '0'),
    32, '0')::UUID
"""

UUID_AT_COMMENT = """
COMMENT ON FUNCTION failcat_uuid_at IS
'The lowest id of that millisecond: with WHERE id >= failcat_uuid_at(now() - interval ''7 days'') only the last week''s
partitions are read'
"""

FAILURE_MATCHES = """
CREATE TABLE failure_matches (
    id UUID PRIMARY KEY,
    run_id TEXT NOT NULL,
    tenant_id TEXT,
    error_code TEXT NOT NULL,
    error_message TEXT,
    catalog_entry_id TEXT,
    match_type TEXT NOT NULL DEFAULT 'unknown',
    confidence_score FLOAT NOT NULL DEFAULT 0.0,
    category TEXT,
    severity TEXT,
    is_retryable BOOLEAN DEFAULT FALSE,
    recovery_mode TEXT,
    recovery_suggestion TEXT,
    recovery_attempted BOOLEAN DEFAULT FALSE,
    recovery_succeeded BOOLEAN DEFAULT FALSE,
    skill_id TEXT,
    step_index INTEGER,
    context JSONB DEFAULT '{}',
    created_at TIMESTAMPTZ DEFAULT now(),
    updated_at TIMESTAMPTZ DEFAULT now(),
    occurred_at TIMESTAMPTZ NOT NULL,
    trace_id TEXT,
    span_id TEXT,
    service_name TEXT,
    parent_span_id TEXT,
    agent_name TEXT,
    error_type TEXT,
    signature TEXT NOT NULL,
    match_rule TEXT,
    catalog_version TEXT NOT NULL,
    caused_by UUID
) PARTITION BY RANGE (id)
"""

FAILURE_MATCHES_DEFAULT = "CREATE TABLE failure_matches_default PARTITION OF failure_matches DEFAULT"

INDEXES = (
    "CREATE INDEX idx_fm_run_id ON failure_matches (run_id)",
    "CREATE INDEX idx_fm_error_code ON failure_matches (error_code)",
    "CREATE INDEX idx_fm_catalog_entry ON failure_matches (catalog_entry_id) WHERE catalog_entry_id IS NOT NULL",
    "CREATE INDEX idx_fm_created_at ON failure_matches (created_at)",
    "CREATE INDEX idx_fm_unmatched ON failure_matches (signature, created_at) WHERE catalog_entry_id IS NULL",
    "CREATE INDEX idx_fm_recovery_pending ON failure_matches (created_at)"
    " WHERE recovery_mode IS NOT NULL AND NOT recovery_attempted",
    "CREATE INDEX idx_fm_trace ON failure_matches (trace_id, span_id) WHERE trace_id IS NOT NULL",
)

GROUPS = """
CREATE TABLE failure_groups (
    tenant_id TEXT NOT NULL DEFAULT '',
    signature TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',
    first_seen TIMESTAMPTZ NOT NULL,
    samples UUID[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, signature)
)
"""

# Every batch updates a row per signature and shard: room on the page keeps the update off the index.
GROUP_HOURS = """
CREATE TABLE failure_group_hours (
    tenant_id TEXT NOT NULL DEFAULT '',
    signature TEXT NOT NULL,
    hour TIMESTAMPTZ NOT NULL,
    shard SMALLINT NOT NULL,
    occurrences BIGINT NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, signature, hour, shard)
) WITH (fillfactor = 70)
"""

GROUP_TOTALS = """
CREATE VIEW failure_group_totals AS
SELECT g.tenant_id, g.signature, g.title, g.state, g.first_seen, g.samples,
       sum(h.occurrences)::BIGINT AS occurrences, max(h.last_seen) AS last_seen
FROM failure_groups g
JOIN failure_group_hours h USING (tenant_id, signature)
GROUP BY g.tenant_id, g.signature
"""

# `settled` says that the failure's row carries this outcome; unsettled attempts wait for their failure to arrive.
RECOVERY_ATTEMPTS = """
CREATE TABLE recovery_attempts (
    failure_id UUID NOT NULL,
    attempt INTEGER NOT NULL,
    mode TEXT NOT NULL,
    succeeded BOOLEAN NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    error_code TEXT,
    tenant_id TEXT,
    trace_id TEXT,
    span_id TEXT,
    settled BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (failure_id, attempt)
)
"""

RECOVERY_UNSETTLED = "CREATE INDEX idx_ra_unsettled ON recovery_attempts (failure_id) WHERE NOT settled"

# What retention searches by.
RETENTION_INDEXES = (
    "CREATE INDEX idx_fgh_hour ON failure_group_hours (hour)",
    "CREATE INDEX idx_ra_created_at ON recovery_attempts (created_at)",
    "CREATE INDEX idx_fq_created_at ON failure_quarantine (created_at)",
)

QUARANTINE = """
CREATE TABLE failure_quarantine (
    id UUID PRIMARY KEY,
    reason TEXT NOT NULL CHECK (length(reason) <= 64),
    detail TEXT NOT NULL CHECK (length(detail) <= 1024),
    record BYTEA NOT NULL CHECK (length(record) <= 131072),
    record_bytes INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
)
"""

QUARANTINE_COMMENT = """
COMMENT ON COLUMN failure_quarantine.record IS
'The msgpack record as it was spooled; cut at 128 KiB when record_bytes, its whole size, is larger'
"""

CATALOG_ENTRIES = """
CREATE TABLE catalog_entries (
    code TEXT PRIMARY KEY,
    document JSONB NOT NULL,
    state TEXT NOT NULL DEFAULT 'active',
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
)
"""

JOB_RUNS = """
CREATE TABLE job_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    succeeded BOOLEAN NOT NULL,
    report JSONB NOT NULL DEFAULT '{}'
)
"""

JOB_RUNS_LATEST = "CREATE INDEX idx_job_runs_latest ON job_runs (job, finished_at)"


def upgrade() -> None:
    for statement in (
        UUID_AT,
        UUID_AT_COMMENT,
        FAILURE_MATCHES,
        FAILURE_MATCHES_DEFAULT,
        *INDEXES,
        GROUPS,
        GROUP_HOURS,
        GROUP_TOTALS,
        RECOVERY_ATTEMPTS,
        RECOVERY_UNSETTLED,
        QUARANTINE,
        QUARANTINE_COMMENT,
        CATALOG_ENTRIES,
        JOB_RUNS,
        JOB_RUNS_LATEST,
        *RETENTION_INDEXES,
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP VIEW failure_group_totals")
    for table in (
        "job_runs",
        "catalog_entries",
        "failure_quarantine",
        "recovery_attempts",
        "failure_group_hours",
        "failure_groups",
        "failure_matches",
    ):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION failcat_uuid_at(TIMESTAMPTZ)")
