-- At most $2 rows from before $1. By when they were stored: ids in DEFAULT are those whose time is wrong.
DELETE FROM failure_matches_default
WHERE id = ANY(ARRAY(SELECT id FROM failure_matches_default WHERE created_at < $1 LIMIT $2))
RETURNING tenant_id, signature, occurred_at
