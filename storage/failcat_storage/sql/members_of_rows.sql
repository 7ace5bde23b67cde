-- The reports that these rows were made of.
SELECT member_id
FROM failure_members
WHERE row_id = ANY($1::UUID[])
