-- One row when alembic has been here.
SELECT version_num
FROM alembic_version
