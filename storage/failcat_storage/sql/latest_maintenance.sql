-- How many seconds ago maintenance last succeeded, in whichever sidecar; null when it never has.
SELECT extract(epoch FROM clock_timestamp() - max(finished_at))::FLOAT
FROM job_runs
WHERE job = $1
  AND succeeded
