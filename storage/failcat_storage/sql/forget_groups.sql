-- All groups of a tenant that has no row left, whatever people have made of them.
DELETE FROM failure_groups
WHERE tenant_id = $1
  AND NOT EXISTS (
      SELECT
      FROM failure_group_hours AS hours
      WHERE hours.tenant_id = failure_groups.tenant_id AND hours.signature = failure_groups.signature
  )
