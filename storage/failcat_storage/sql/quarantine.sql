-- Records set aside; answers the reasons of those that are new.
INSERT INTO failure_quarantine (id, reason, detail, record, record_bytes)
SELECT *
FROM unnest($1::UUID[], $2::TEXT[], $3::TEXT[], $4::BYTEA[], $5::INTEGER[]) AS given (id)
ORDER BY given.id
ON CONFLICT (id) DO NOTHING
RETURNING reason
