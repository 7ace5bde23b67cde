-- Attempts to recover from the failures $1, or of the tenant $2; at most $3.
DELETE FROM recovery_attempts
WHERE (failure_id, attempt) IN (
    SELECT failure_id, attempt
    FROM recovery_attempts
    WHERE failure_id = ANY($1::UUID[]) OR tenant_id = $2::TEXT
    LIMIT $3
)
