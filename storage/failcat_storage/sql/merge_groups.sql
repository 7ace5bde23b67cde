-- Groups ($1, $2) go on as the groups $3 of the same tenant. A merge that a person has made stays.
INSERT INTO group_merges (tenant_id, signature, merged_into)
SELECT * FROM unnest($1::TEXT[], $2::TEXT[], $3::TEXT[])
ON CONFLICT DO NOTHING
