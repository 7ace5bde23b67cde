-- Every partition of {table} by name.
SELECT child.relname AS name
FROM pg_inherits
JOIN pg_class AS child ON child.oid = inhrelid
WHERE inhparent = '{table}'::REGCLASS
