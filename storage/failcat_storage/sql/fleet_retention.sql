SELECT retention_days, drops_from
FROM fleet_retention
