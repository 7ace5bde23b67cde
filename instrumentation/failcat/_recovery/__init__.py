"""Retries and fallbacks as the catalog advises, and the record of their outcomes."""
