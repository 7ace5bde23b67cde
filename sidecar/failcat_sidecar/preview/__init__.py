"""A changed catalog against the failures that are stored."""
