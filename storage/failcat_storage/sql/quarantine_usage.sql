-- How much is quarantined: the records and bytes of each of the tenants $1, and of all of them in the row `is_all`. A
-- record counts with what is kept of it, $2 bytes at most.
SELECT tenant_id, grouping(tenant_id) = 1 AS is_all, count(*) AS records,
       coalesce(sum(least(record_bytes, $2::INTEGER)), 0)::BIGINT AS bytes
FROM (
    SELECT CASE WHEN coalesce(tenant_id, '') = ANY($1::TEXT[]) THEN coalesce(tenant_id, '') END AS tenant_id, record_bytes
    FROM failure_quarantine
) AS kept
GROUP BY GROUPING SETS ((tenant_id), ())
