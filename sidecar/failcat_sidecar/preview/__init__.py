"""Compares a changed catalog with the current one on stored failures."""
