-- Fills what is still null and adds keys that the context does not have; what a row already says stays. A row of
-- another tenant is left alone, and a context stays as it is when the sum would be larger than $1 bytes. Columns and
-- arrays are those of rows.ENRICHMENTS, what is filled follows from rows.FILLABLE.
WITH given AS (
    SELECT *
    FROM unnest({arrays}) AS given ({columns})
)
UPDATE failure_matches AS stored
SET {filled},
    context = CASE
        WHEN octet_length((given.context || stored.context)::TEXT) <= $1 THEN given.context || stored.context
        ELSE stored.context
    END,
    updated_at = now()
FROM given
WHERE stored.id = given.id
  AND coalesce(stored.tenant_id = given.tenant_id, TRUE)
  AND ({can_be_filled} OR given.context || stored.context <> stored.context)
