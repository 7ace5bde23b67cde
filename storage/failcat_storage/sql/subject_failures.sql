-- The failures of the run $1, of the tenant $2, the one failure that $3 is or is part of, or those of the service $4,
-- behind the id $5, at most $6.
SELECT id, tenant_id, signature
FROM failure_matches
WHERE ($1::TEXT IS NULL OR run_id = $1)
  AND ($2::TEXT IS NULL OR tenant_id = $2)
  AND ($3::UUID IS NULL OR id = $3 OR id IN (SELECT row_id FROM failure_members WHERE member_id = $3))
  AND ($4::TEXT IS NULL OR service_name = $4)
  AND id > $5::UUID
ORDER BY id
LIMIT $6
