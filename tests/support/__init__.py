"""Real parts that tests, proofs and benchmarks start: a sidecar process, OTLP load, a PostgreSQL of their own."""
