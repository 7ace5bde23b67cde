-- Attempts that waited for their failure under another id go to the id that it is stored under. An attempt that is there
-- already stays; the caller has locked the failures' rows.
UPDATE recovery_attempts AS attempts
SET failure_id = given.row
FROM unnest($1::UUID[], $2::UUID[], $3::TEXT[]) AS given (place, row, tenant_id)
WHERE attempts.failure_id = given.place
  AND attempts.tenant_id IS NOT DISTINCT FROM given.tenant_id
  AND NOT attempts.settled
  AND NOT EXISTS (
      SELECT
      FROM recovery_attempts AS present
      WHERE present.failure_id = given.row AND present.attempt = attempts.attempt
  )
