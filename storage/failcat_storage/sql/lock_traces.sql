-- One revision of a trace at a time, in one order. Keys are hashes of traces.
SELECT pg_advisory_xact_lock(key)
FROM (SELECT DISTINCT key FROM unnest($1::BIGINT[]) AS given (key) ORDER BY key) AS sorted
