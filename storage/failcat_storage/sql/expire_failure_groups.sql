-- Those of the given groups that still have no hours.
DELETE FROM failure_groups
USING unnest($1::TEXT[], $2::TEXT[]) AS given (tenant_id, signature)
WHERE failure_groups.tenant_id = given.tenant_id
  AND failure_groups.signature = given.signature
  AND failure_groups.state = 'new'
  AND NOT EXISTS (
      SELECT
      FROM failure_group_hours AS hours
      WHERE hours.tenant_id = given.tenant_id AND hours.signature = given.signature
  )
RETURNING 1
