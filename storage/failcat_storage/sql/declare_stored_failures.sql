-- Opens the cursor `stored_failures` within the caller's transaction: from the moment $1 on, the newest first, at most
-- $2.
DECLARE stored_failures NO SCROLL CURSOR FOR
SELECT {columns}
FROM failure_matches
WHERE id >= failcat_uuid_at($1)
ORDER BY id DESC
LIMIT $2
