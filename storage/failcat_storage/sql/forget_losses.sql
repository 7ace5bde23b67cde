-- What agents reported as dropped, in the run $1 or by the tenant $2; at most $3.
DELETE FROM failure_losses
WHERE id IN (SELECT id FROM failure_losses WHERE run_id = $1::TEXT OR tenant_id = $2::TEXT LIMIT $3)
