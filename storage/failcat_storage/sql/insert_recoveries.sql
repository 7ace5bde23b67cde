-- Attempts that are new, in the order of their key. Columns and arrays are those of rows.RECOVERIES.
INSERT INTO recovery_attempts ({columns})
SELECT *
FROM unnest({arrays}) AS given (failure_id, attempt)
ORDER BY given.failure_id, given.attempt
ON CONFLICT (failure_id, attempt) DO NOTHING
RETURNING failure_id
