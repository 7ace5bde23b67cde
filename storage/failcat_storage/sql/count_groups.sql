-- Adds hours of groups to this shard's counters and makes the groups that are new. Sorted, so that writers that meet
-- on a counter queue instead of deadlocking. Columns and arrays are those of rows.GROUP_HOURS.
WITH counted AS (
    SELECT *
    FROM unnest({arrays}) AS given ({columns})
),
made AS (
    INSERT INTO failure_groups (tenant_id, signature, title, first_seen, samples)
    SELECT DISTINCT ON (tenant_id, signature) tenant_id, signature, title, first_seen, samples::UUID[]
    FROM counted
    ORDER BY tenant_id, signature, first_seen
    ON CONFLICT (tenant_id, signature) DO NOTHING
)
INSERT INTO failure_group_hours AS stored (tenant_id, signature, hour, shard, occurrences, first_seen, last_seen)
SELECT tenant_id, signature, hour, $1::SMALLINT, occurrences, first_seen, last_seen
FROM counted
ORDER BY tenant_id, signature, hour
ON CONFLICT (tenant_id, signature, hour, shard) DO UPDATE
SET occurrences = stored.occurrences + excluded.occurrences,
    first_seen = least(stored.first_seen, excluded.first_seen),
    last_seen = greatest(stored.last_seen, excluded.last_seen)
