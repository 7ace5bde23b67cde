-- Bytes of this database's files; with $1 those of every database on the server.
SELECT sum(pg_database_size(oid))::BIGINT
FROM pg_database
WHERE $1 OR datname = current_database()
