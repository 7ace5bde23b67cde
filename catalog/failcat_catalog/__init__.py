"""Failcat's knowledge of failures: catalog, matcher, identity, redaction, signatures. No network, no OpenTelemetry."""
