-- How many entries are active, and a number that changes with any change of any entry. The newest updated_at alone
-- would miss a change whose transaction began earlier and ended later.
SELECT count(*) FILTER (WHERE state = 'active') AS active,
       coalesce(sum(hashtextextended(concat_ws('|', code, state, updated_at), 0)::NUMERIC), 0)::TEXT AS mark
FROM catalog_entries
