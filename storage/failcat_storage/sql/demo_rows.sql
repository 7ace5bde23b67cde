-- The failures of the runs $1 by kind.
SELECT catalog_entry_id AS code,
       min(error_code) AS error_code,
       count(*) AS failures,
       CASE WHEN catalog_entry_id IS NOT NULL THEN bool_or(is_retryable) END AS is_retryable,
       min(recovery_mode) AS recovery_mode,
       count(*) FILTER (WHERE recovery_attempted) AS attempted,
       count(*) FILTER (WHERE recovery_succeeded) AS recovered
FROM failure_matches
WHERE run_id = ANY($1::TEXT[])
GROUP BY catalog_entry_id
ORDER BY failures DESC, code NULLS LAST
