-- What is quarantined, by reason; `unseen` has not been looked at.
SELECT reason, count(*) AS records, coalesce(sum(least(record_bytes, $1::INTEGER)), 0)::BIGINT AS bytes,
       count(*) FILTER (WHERE shown_at IS NULL) AS unseen
FROM failure_quarantine
GROUP BY reason
ORDER BY reason
