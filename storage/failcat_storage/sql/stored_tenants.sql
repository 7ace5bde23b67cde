-- Whose are these failures?
SELECT id, tenant_id
FROM failure_matches
WHERE id = ANY($1::UUID[])
