-- Reports that are rows of their own now.
DELETE FROM failure_members
WHERE member_id = ANY($1::UUID[])
