-- At most $2 rows from before $1.
DELETE FROM failure_losses
WHERE ctid = ANY(ARRAY(SELECT ctid FROM failure_losses WHERE created_at < $1 LIMIT $2))
RETURNING 1
