-- Merges of groups that are gone.
DELETE FROM group_merges
WHERE NOT EXISTS (
    SELECT
    FROM failure_groups AS groups
    WHERE groups.tenant_id = group_merges.tenant_id AND groups.signature = group_merges.signature
)
