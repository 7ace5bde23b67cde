-- Those of the given records that have not been refused again since they were read.
DELETE FROM failure_quarantine
USING unnest($1::UUID[], $2::INTEGER[]) AS given (id, refusals)
WHERE failure_quarantine.id = given.id AND failure_quarantine.refusals = given.refusals
RETURNING failure_quarantine.id
