-- The reports of the rows $1, or of the tenant $2; at most $3.
DELETE FROM failure_members
WHERE member_id IN (
    SELECT member_id
    FROM failure_members
    WHERE row_id = ANY($1::UUID[]) OR tenant_id = $2::TEXT
    LIMIT $3
)
