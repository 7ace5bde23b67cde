-- At most $2 rows from before $1.
DELETE FROM failure_quarantine
WHERE id = ANY(ARRAY(SELECT id FROM failure_quarantine WHERE created_at < $1 LIMIT $2))
RETURNING 1
