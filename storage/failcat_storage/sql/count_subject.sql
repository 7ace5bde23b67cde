-- Recovery attempts and loss reports of the run $1, the tenant $2, the failures $3 or the service $4.
SELECT
    (
        SELECT count(*)
        FROM recovery_attempts AS attempts
        WHERE attempts.tenant_id = $2::TEXT
           OR attempts.failure_id = ANY($3::UUID[])
           OR attempts.failure_id IN (SELECT id FROM failure_matches WHERE run_id = $1::TEXT OR service_name = $4::TEXT)
    ) AS recoveries,
    (
        SELECT count(*)
        FROM failure_losses
        WHERE run_id = $1::TEXT OR tenant_id = $2::TEXT OR service_name = $4::TEXT
    ) AS losses
