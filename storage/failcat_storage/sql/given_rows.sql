-- For uncount_leaving: rows that the caller has removed, or counts elsewhere.
SELECT *
FROM unnest($1::TEXT[], $2::TEXT[], $3::TIMESTAMPTZ[]) AS given (tenant_id, signature, occurred_at)
