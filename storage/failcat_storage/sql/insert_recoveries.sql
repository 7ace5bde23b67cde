-- Attempts that are new, in the order of their key.
INSERT INTO recovery_attempts (
    failure_id, attempt, mode, succeeded, occurred_at, error_code, tenant_id, trace_id, span_id
)
SELECT *
FROM unnest(
    $1::UUID[], $2::INTEGER[], $3::TEXT[], $4::BOOLEAN[], $5::TIMESTAMPTZ[], $6::TEXT[], $7::TEXT[], $8::TEXT[],
    $9::TEXT[]
) AS given (failure_id, attempt)
ORDER BY given.failure_id, given.attempt
ON CONFLICT (failure_id, attempt) DO NOTHING
RETURNING failure_id
