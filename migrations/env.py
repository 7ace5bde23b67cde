"""Alembic's environment. Alembic knows the revisions and writes their SQL; `failcat_storage.migrate` runs it, so that
no second database driver is needed, and the service's own timeouts hold. Revisions are therefore plain SQL.
"""

from alembic import context

context.configure(dialect_name="postgresql+asyncpg", transactional_ddl=False)
context.run_migrations()
