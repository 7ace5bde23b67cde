"""The one writer: drains the spool into PostgreSQL."""

from failcat_sidecar.write.writer import Writer, WriterState

__all__ = ["Writer", "WriterState"]
