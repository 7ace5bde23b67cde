-- One row when an attempt on a failure in this range of ids is not shown in the failure's row.
SELECT
FROM recovery_attempts
WHERE NOT settled
  AND failure_id BETWEEN '{lowest}' AND '{highest}'
LIMIT 1
