-- Whether a failure occurred and was stored after the cutoff $1, and was stored before $2.
SELECT EXISTS (
    SELECT
    FROM failure_matches
    WHERE id >= failcat_uuid_at($1)
      AND created_at BETWEEN $1 AND $2
)
