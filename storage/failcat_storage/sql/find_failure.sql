-- The first of the failures $1 that is the tenant's $2, or anybody's when that is null, as it was classified.
SELECT {columns}
FROM failure_matches
WHERE id = ANY($1::UUID[]) AND coalesce(tenant_id = $2::TEXT, $2 IS NULL)
ORDER BY array_position($1::UUID[], id)
LIMIT 1
