-- At most $2 rows from before $1.
DELETE FROM failure_group_hours
WHERE ctid = ANY(ARRAY(SELECT ctid FROM failure_group_hours WHERE hour < $1 LIMIT $2))
RETURNING 1
