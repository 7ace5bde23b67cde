-- For after_commit: those of the given traces that have another row than this, or a member, within the ids given. One
-- partition is read, because these are constants. A trace's rows have spans: to say so makes its index the cheapest even
-- without statistics, as in a new week. By the key, a look-up reads all that was stored within the hours.
FROM unnest({traces}::TEXT[], {ids}::UUID[]) AS given (trace_id, id),
LATERAL (
    (
        SELECT
        FROM failure_matches AS stored
        WHERE stored.trace_id = given.trace_id
          AND stored.span_id BETWEEN '' AND 'g'
          AND stored.id BETWEEN {lowest} AND {highest}
          AND stored.id <> given.id
        LIMIT 1
    )
    UNION ALL
    (
        SELECT
        FROM failure_members AS member
        WHERE member.trace_id = given.trace_id AND member.member_id BETWEEN {lowest} AND {highest}
        LIMIT 1
    )
) AS found
