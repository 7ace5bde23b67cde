INSERT INTO fleet_retention AS stored (retention_days, drops_from)
VALUES ($1, $2)
ON CONFLICT (singleton) DO UPDATE
SET retention_days = excluded.retention_days, drops_from = excluded.drops_from, changed_at = now()
