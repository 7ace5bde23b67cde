-- Rows as their reports make them now; the caller has locked them. Columns and arrays are those of rows.FAILURES.
UPDATE failure_matches AS stored
SET {assigned}, updated_at = now()
FROM unnest({arrays}) AS given ({columns})
WHERE stored.id = given.id
