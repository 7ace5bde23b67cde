SELECT count(*)
FROM {table}
WHERE {column} < $1
