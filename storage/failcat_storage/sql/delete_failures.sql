-- Rows whose reports are part of others now; the caller has locked them.
DELETE FROM failure_matches
WHERE id = ANY($1::UUID[])
