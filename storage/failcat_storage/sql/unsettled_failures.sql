-- Which of these failures have attempts that their rows do not show yet?
SELECT DISTINCT failure_id
FROM recovery_attempts
JOIN unnest($1::UUID[]) AS given (failure_id) USING (failure_id)
WHERE NOT settled
