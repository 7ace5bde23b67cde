-- Those stored before or since an hour ago; no writer's transaction takes that long.
SELECT tenant_id, signature, occurred_at
FROM {name}
WHERE created_at {side} now() - INTERVAL '1 hour'
