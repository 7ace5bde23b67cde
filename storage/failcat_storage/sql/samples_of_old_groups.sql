-- Stored samples of groups whose signature has another version than $1 and that are not merged, behind the group
-- ($2, $3); of at most $4 groups.
WITH old AS (
    SELECT tenant_id, signature, samples
    FROM failure_groups
    WHERE NOT starts_with(signature, $1)
      AND (tenant_id, signature) > ($2, $3)
      AND NOT EXISTS (
          SELECT
          FROM group_merges AS merges
          WHERE merges.tenant_id = failure_groups.tenant_id AND merges.signature = failure_groups.signature
      )
    ORDER BY tenant_id, signature
    LIMIT $4
)
SELECT old.tenant_id, old.signature, stored.id IS NOT NULL AS is_stored, stored.error_code, stored.error_message,
       stored.service_name, stored.context::TEXT AS context
FROM old
LEFT JOIN failure_matches AS stored ON stored.id = ANY(old.samples)
ORDER BY old.tenant_id, old.signature, stored.id
