-- Takes out those of the rows $1, which this transaction has inserted, whose id is a report of another row: a replay of
-- what was joined.
DELETE FROM failure_matches AS stored
USING failure_members AS member
WHERE member.member_id = ANY($1::UUID[])
  AND member.row_id <> member.member_id
  AND stored.id = member.member_id
  AND stored.tenant_id IS NOT DISTINCT FROM member.tenant_id
RETURNING stored.id
