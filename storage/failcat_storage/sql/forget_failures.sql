-- These rows, whoever else deletes some of them.
DELETE FROM failure_matches
WHERE id = ANY($1::UUID[])
RETURNING tenant_id, signature, occurred_at
