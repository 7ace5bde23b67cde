-- The rows and tenants of those of the reports $1 that are part of a row with several.
SELECT member_id, row_id, tenant_id
FROM failure_members
WHERE member_id = ANY($1::UUID[])
