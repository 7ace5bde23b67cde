"""Which schema this code was written for."""

EXPECTED_REVISION = "0002"
"""The newest revision under migrations/versions."""
