-- The first of the failures $1 that is the tenant's $2, or anybody's when that is null, as it was classified. The
-- columns are those of declare_stored_failures.sql.
SELECT id, error_code, error_type, error_message, catalog_entry_id, match_type, match_rule, confidence_score,
       is_retryable, recovery_mode, catalog_version, context -> 'attributes' AS attributes
FROM failure_matches
WHERE id = ANY($1::UUID[]) AND coalesce(tenant_id = $2::TEXT, $2 IS NULL)
ORDER BY array_position($1::UUID[], id)
LIMIT 1
