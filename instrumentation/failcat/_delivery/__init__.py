"""The way from this process to the sidecar: a bounded queue, one background thread, OTLP/HTTP."""
