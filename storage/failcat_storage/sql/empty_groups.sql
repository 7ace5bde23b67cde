-- At most $1 groups that nobody has touched and that have no hours left.
SELECT tenant_id, signature
FROM failure_groups
WHERE state = 'new'
  AND NOT EXISTS (
      SELECT
      FROM failure_group_hours AS hours
      WHERE hours.tenant_id = failure_groups.tenant_id AND hours.signature = failure_groups.signature
  )
LIMIT $1
