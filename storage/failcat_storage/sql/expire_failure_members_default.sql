-- At most $2 rows from before $1. By when they were stored: ids in DEFAULT are those whose time is wrong.
DELETE FROM failure_members_default
WHERE member_id = ANY(ARRAY(SELECT member_id FROM failure_members_default WHERE created_at < $1 LIMIT $2))
RETURNING 1
