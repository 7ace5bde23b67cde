-- Those of the rows $1 whose id is a report of another row. $2 and $3 are the lowest and the highest of the ids.
SELECT member_id
FROM failure_members
WHERE member_id = ANY($1::UUID[])
  AND member_id BETWEEN $2::UUID AND $3::UUID
  AND row_id <> member_id
