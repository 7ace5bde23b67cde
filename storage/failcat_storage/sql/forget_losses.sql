-- What agents reported as dropped, in the run $1, or by the tenant $2 or the service $3; at most $4.
DELETE FROM failure_losses
WHERE id IN (SELECT id FROM failure_losses WHERE run_id = $1::TEXT OR tenant_id = $2::TEXT OR service_name = $3::TEXT LIMIT $4)
