-- Reports with the rows that they are part of now; answers their ids, without those that are another tenant's. Columns and arrays are those of rows.MEMBERS.
INSERT INTO failure_members AS stored ({columns})
SELECT *
FROM unnest({arrays}) AS given (member_id)
ORDER BY given.member_id
ON CONFLICT (member_id) DO UPDATE
SET row_id = excluded.row_id
WHERE stored.tenant_id IS NOT DISTINCT FROM excluded.tenant_id
RETURNING member_id
