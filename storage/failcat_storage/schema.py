"""Which schema this code was written for. Apart from migrate.py, so that the service need not import alembic."""

EXPECTED_REVISION = "0001"
"""The newest revision under migrations/versions."""
