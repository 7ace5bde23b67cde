-- The first of the failures $1 that is the tenant's $2, or anybody's when that is null, as it was classified; else the
-- row that one of them is part of.
SELECT {columns}
FROM failure_matches
WHERE id = ANY($1::UUID[] || ARRAY(SELECT row_id FROM failure_members WHERE member_id = ANY($1::UUID[])))
  AND coalesce(tenant_id = $2::TEXT, $2 IS NULL)
ORDER BY array_position($1::UUID[], id)
LIMIT 1
