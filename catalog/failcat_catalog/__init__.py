"""What Failcat knows about failures: the catalog, its matcher, identity, redaction, signatures. No network, no OpenTelemetry."""
