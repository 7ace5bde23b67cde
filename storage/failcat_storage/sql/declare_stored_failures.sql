-- Opens the cursor `stored_failures` within the caller's transaction: from the moment $1 on, the newest first, at most
-- $2. The columns are those of find_failure.sql.
DECLARE stored_failures NO SCROLL CURSOR FOR
SELECT id, error_code, error_type, error_message, catalog_entry_id, match_type, match_rule, confidence_score,
       is_retryable, recovery_mode, catalog_version, context -> 'attributes' AS attributes
FROM failure_matches
WHERE id >= failcat_uuid_at($1)
ORDER BY id DESC
LIMIT $2
