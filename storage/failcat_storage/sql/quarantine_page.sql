-- Quarantined records in the order of their ids behind $4, at most $5: of the ids $1, the reason $2, the tenant $3; null
-- is any.
SELECT id, tenant_id, reason, detail, record, record_bytes, refusals, created_at, shown_at
FROM failure_quarantine
WHERE ($1::UUID[] IS NULL OR id = ANY($1))
  AND ($2::TEXT IS NULL OR reason = $2)
  AND ($3::TEXT IS NULL OR tenant_id = $3)
  AND id > $4::UUID
ORDER BY id
LIMIT $5
