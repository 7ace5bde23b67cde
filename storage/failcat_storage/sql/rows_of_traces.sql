-- The rows of the traces $1 between the ids $2 and $3, and those with the ids $4, locked in the order of their ids; at
-- most $5.
SELECT {columns}
FROM failure_matches
WHERE (trace_id = ANY($1::TEXT[]) AND span_id BETWEEN '' AND 'g' AND id BETWEEN $2::UUID AND $3::UUID)
   OR id = ANY($4::UUID[])
ORDER BY id
LIMIT $5
FOR UPDATE
