-- For after_commit and select_traces: those of the given traces that have other numbers of rows and of members, within
-- the ids given, than these; and their bytes. A trace is read up to {limit} of each, because anybody can send one with
-- very many. `span_id` as in lone_reports.
FROM unnest({traces}::TEXT[], {row_counts}::INTEGER[], {member_counts}::INTEGER[], {lowest}::UUID[], {highest}::UUID[])
    AS given (trace_id, rows, members, lowest, highest),
LATERAL (
    SELECT count(*) AS count, coalesce(sum(bytes), 0)::BIGINT AS bytes
    FROM (
        SELECT pg_column_size(context) AS bytes
        FROM failure_matches AS stored
        WHERE stored.trace_id = given.trace_id
          AND stored.span_id BETWEEN '' AND 'g'
          AND stored.id BETWEEN given.lowest AND given.highest
        LIMIT {limit}
    ) AS found
) AS stored_rows,
LATERAL (
    SELECT count(*) AS count, coalesce(sum(bytes), 0)::BIGINT AS bytes
    FROM (
        SELECT pg_column_size(report) AS bytes
        FROM failure_members AS member
        WHERE member.trace_id = given.trace_id AND member.member_id BETWEEN given.lowest AND given.highest
        LIMIT {limit}
    ) AS found
) AS stored_members
WHERE stored_rows.count <> given.rows OR stored_members.count <> given.members
