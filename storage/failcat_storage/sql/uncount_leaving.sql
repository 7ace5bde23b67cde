-- Takes rows that leave failure_matches out of the hours that count them; answers how many rows these are. `leaving`
-- names them, or deletes them. A row does not say which shard counted it: the lowest give first, none more than it has,
-- and a counter with nothing left goes. Counters are locked in the order of count_groups.sql.
WITH leaving AS (
{leaving}
),
gone AS (
    SELECT coalesce(tenant_id, '') AS tenant_id, signature, date_trunc('hour', occurred_at, 'UTC') AS hour,
           count(*) AS occurrences
    FROM leaving
    GROUP BY 1, 2, 3
),
counters AS (
    SELECT hours.tenant_id, hours.signature, hours.hour, hours.shard, hours.occurrences, gone.occurrences AS gone
    FROM failure_group_hours AS hours
    JOIN gone USING (tenant_id, signature, hour)
    ORDER BY hours.tenant_id, hours.signature, hours.hour, hours.shard
    FOR UPDATE OF hours
),
shares AS (
    SELECT tenant_id, signature, hour, shard, occurrences,
           gone - coalesce(sum(occurrences) OVER lower_shards, 0)::BIGINT AS wanted
    FROM counters
    WINDOW lower_shards AS (
        PARTITION BY tenant_id, signature, hour
        ORDER BY shard
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
lowered AS (
    UPDATE failure_group_hours AS stored
    SET occurrences = stored.occurrences - shares.wanted
    FROM shares
    WHERE (stored.tenant_id, stored.signature, stored.hour, stored.shard)
          = (shares.tenant_id, shares.signature, shares.hour, shares.shard)
      AND shares.wanted > 0
      AND shares.wanted < shares.occurrences
),
removed AS (
    DELETE FROM failure_group_hours AS stored
    USING shares
    WHERE (stored.tenant_id, stored.signature, stored.hour, stored.shard)
          = (shares.tenant_id, shares.signature, shares.hour, shares.shard)
      AND shares.wanted >= shares.occurrences
)
SELECT coalesce(sum(occurrences), 0)::BIGINT
FROM gone
