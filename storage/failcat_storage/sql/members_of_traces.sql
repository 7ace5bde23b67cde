-- The reports of the traces $1 between the ids $2 and $3, and those of the rows $4; at most $5.
SELECT member_id, row_id, tenant_id, trace_id, report
FROM failure_members
WHERE (trace_id = ANY($1::TEXT[]) AND member_id BETWEEN $2::UUID AND $3::UUID) OR row_id = ANY($4::UUID[])
ORDER BY member_id
LIMIT $5
