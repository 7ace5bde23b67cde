INSERT INTO job_runs (job, started_at, succeeded, report)
VALUES ($1, $2, $3, $4::JSONB)
