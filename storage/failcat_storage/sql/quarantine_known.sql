-- Which of these are quarantined already.
SELECT id
FROM failure_quarantine
WHERE id = ANY($1::UUID[])
