-- Reports that are new, in the order of their key; answers their ids. Columns and arrays are those of rows.MEMBERS.
INSERT INTO failure_members ({columns})
SELECT *
FROM unnest({arrays}) AS given (member_id)
ORDER BY given.member_id
ON CONFLICT (member_id) DO NOTHING
RETURNING member_id
