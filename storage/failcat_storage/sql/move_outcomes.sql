-- Attempts of the reports $1 go to the rows $2 that these are part of now, and the rows carry them. An attempt that is
-- there already stays the only one of its number.
WITH given AS (
    SELECT *
    FROM unnest($1::UUID[], $2::UUID[]) AS given (member_id, row_id)
),
found AS (
    SELECT given.row_id, given.member_id, attempts.attempt, attempts.succeeded
    FROM given
    JOIN recovery_attempts AS attempts ON attempts.failure_id = given.member_id
    JOIN failure_matches AS stored ON stored.id = given.row_id
    WHERE coalesce(stored.tenant_id = attempts.tenant_id, TRUE)
),
flagged AS (
    UPDATE failure_matches AS stored
    SET recovery_attempted = TRUE,
        recovery_succeeded = stored.recovery_succeeded OR outcome.succeeded,
        updated_at = now()
    FROM (SELECT row_id, bool_or(succeeded) AS succeeded FROM found GROUP BY row_id) AS outcome
    WHERE stored.id = outcome.row_id
),
moving AS (
    SELECT DISTINCT ON (row_id, attempt) row_id, attempt, member_id
    FROM found
    WHERE NOT EXISTS (
        SELECT
        FROM recovery_attempts AS present
        WHERE present.failure_id = found.row_id AND present.attempt = found.attempt
    )
    ORDER BY row_id, attempt, succeeded DESC, member_id
)
UPDATE recovery_attempts AS attempts
SET failure_id = coalesce(moving.row_id, attempts.failure_id), settled = TRUE
FROM found
LEFT JOIN moving USING (row_id, attempt, member_id)
WHERE attempts.failure_id = found.member_id AND attempts.attempt = found.attempt
