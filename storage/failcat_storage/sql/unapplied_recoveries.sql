-- The failures of these whose rows do not have the outcome of an attempt yet.
SELECT DISTINCT failure_id
FROM recovery_attempts
JOIN unnest($1::UUID[]) AS given (failure_id) USING (failure_id)
WHERE NOT settled
