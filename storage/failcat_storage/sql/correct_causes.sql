-- Puts another cause, or none, into rows that this transaction has inserted.
UPDATE failure_matches AS stored
SET caused_by = given.caused_by
FROM unnest($1::UUID[], $2::UUID[]) AS given (id, caused_by)
WHERE stored.id = given.id
