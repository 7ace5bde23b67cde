"""Which schema this code was written for."""

EXPECTED_REVISION = "0001"
"""The newest revision under migrations/versions."""
