-- `traces` is traces_with_more.
SELECT given.trace_id, greatest(stored_rows.count, stored_members.count) AS reports,
       stored_rows.bytes + stored_members.bytes AS bytes
{traces}
ORDER BY given.trace_id
