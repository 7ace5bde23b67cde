"""The per-host service: receives OTLP, recognises failures, spools them, writes them to PostgreSQL, counts them."""
