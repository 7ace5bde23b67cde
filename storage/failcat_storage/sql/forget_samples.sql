-- Takes failures $1 out of the samples of their groups, given in the order in which writers lock them.
UPDATE failure_groups
SET samples = ARRAY(SELECT sample FROM unnest(samples) AS sample WHERE sample <> ALL($1::UUID[]))
WHERE (tenant_id, signature) IN (SELECT * FROM unnest($2::TEXT[], $3::TEXT[]))
  AND samples && $1::UUID[]
