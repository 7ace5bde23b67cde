-- The failure $1 as it was classified. The columns are those of declare_stored_failures.sql.
SELECT id, error_code, error_type, error_message, catalog_entry_id, match_type, match_rule, confidence_score,
       is_retryable, recovery_mode, catalog_version, context -> 'attributes' AS attributes
FROM failure_matches
WHERE id = $1
