-- Those of the rows $1 that have reports, but not the one with the row's own id.
SELECT given.id
FROM unnest($1::UUID[]) AS given (id)
WHERE EXISTS (SELECT FROM failure_members AS member WHERE member.row_id = given.id)
  AND NOT EXISTS (SELECT FROM failure_members AS own WHERE own.member_id = given.id)
