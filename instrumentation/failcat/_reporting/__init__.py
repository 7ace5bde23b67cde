"""Failures: which exceptions and spans are one, what identifies them, how they are matched and reported."""
