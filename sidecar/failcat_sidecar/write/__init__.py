"""The one writer: drains the spool into PostgreSQL."""

from failcat_sidecar.write.writer import Writer

__all__ = ["Writer"]
