-- At most $2 rows from before $1.
DELETE FROM job_runs
WHERE id = ANY(ARRAY(SELECT id FROM job_runs WHERE finished_at < $1 LIMIT $2))
RETURNING 1
