-- At most $2 rows from before $1.
DELETE FROM recovery_attempts
WHERE ctid = ANY(ARRAY(SELECT ctid FROM recovery_attempts WHERE created_at < $1 LIMIT $2))
RETURNING 1
