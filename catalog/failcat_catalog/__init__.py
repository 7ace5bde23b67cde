"""What Failcat knows about failures: catalog, matcher, identity, redaction, signatures. No network, no telemetry."""
