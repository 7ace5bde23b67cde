-- The longest wins; 0 is for ever.
INSERT INTO fleet_retention AS stored (retention_days, drops_from)
VALUES ($1, $2)
ON CONFLICT (singleton) DO UPDATE
SET retention_days = excluded.retention_days, changed_at = now()
WHERE stored.retention_days <> 0
  AND (excluded.retention_days = 0 OR excluded.retention_days > stored.retention_days)
