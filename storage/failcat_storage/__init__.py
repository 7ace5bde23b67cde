"""PostgreSQL: the only code that knows the database. SQL lives in named .sql files."""
