-- In the order of ids, so that two writers that update the same rows queue instead of deadlocking.
SELECT id
FROM failure_matches
WHERE id = ANY($1::UUID[])
ORDER BY id
FOR UPDATE
