-- One row when an attempt on a failure in this range of ids is not shown in the failure's row, and two when one of the
-- traces has more reports than these. `lone` is lone_reports and `others` traces_with_more, or they find nothing.
(SELECT 1 FROM recovery_attempts WHERE NOT settled AND failure_id BETWEEN '{lowest_id}' AND '{highest_id}' LIMIT 1)
UNION ALL
(
    SELECT 1
    FROM ((SELECT 1 {lone} LIMIT 1) UNION ALL (SELECT 1 {others} LIMIT 1) LIMIT 1) AS found, (VALUES (1), (2)) AS twice
)
