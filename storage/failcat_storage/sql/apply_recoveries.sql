-- Sets the recovery flags of failures' rows, which the caller has locked. An attempt whose failure has not arrived, or
-- is another tenant's, stays unapplied (settled = FALSE).
WITH open AS (
    SELECT attempts.failure_id, attempts.attempt, attempts.succeeded
    FROM recovery_attempts AS attempts
    JOIN failure_matches AS stored ON stored.id = attempts.failure_id
    WHERE attempts.failure_id = ANY($1::UUID[])
      AND NOT attempts.settled
      AND coalesce(stored.tenant_id = attempts.tenant_id, TRUE)
),
flagged AS (
    UPDATE failure_matches AS stored
    SET recovery_attempted = TRUE,
        recovery_succeeded = stored.recovery_succeeded OR outcome.succeeded,
        updated_at = now()
    FROM (SELECT failure_id, bool_or(succeeded) AS succeeded FROM open GROUP BY failure_id) AS outcome
    WHERE stored.id = outcome.failure_id
)
UPDATE recovery_attempts AS attempts
SET settled = TRUE
FROM open
WHERE attempts.failure_id = open.failure_id
  AND attempts.attempt = open.attempt
