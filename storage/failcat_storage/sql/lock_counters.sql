-- Locks the counters of these groups and hours, in the order in which all writers do.
SELECT
FROM failure_group_hours AS hours
JOIN (
    SELECT DISTINCT tenant_id, signature, hour
    FROM unnest($1::TEXT[], $2::TEXT[], $3::TIMESTAMPTZ[]) AS given (tenant_id, signature, hour)
) AS given USING (tenant_id, signature, hour)
ORDER BY hours.tenant_id, hours.signature, hours.hour, hours.shard
FOR UPDATE OF hours
