-- Quarantined records; one that is there already keeps its place and takes the new reason. Answers each, and whether it
-- is new.
INSERT INTO failure_quarantine AS stored (id, tenant_id, reason, detail, record, record_bytes)
SELECT *
FROM unnest($1::UUID[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::BYTEA[], $6::INTEGER[]) AS given (id)
ORDER BY given.id
ON CONFLICT (id) DO UPDATE
SET reason = excluded.reason,
    detail = excluded.detail,
    refusals = stored.refusals + 1,
    shown_at = CASE WHEN stored.reason = excluded.reason THEN stored.shown_at END
RETURNING reason, xmax = 0 AS is_new
