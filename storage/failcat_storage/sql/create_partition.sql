-- Several statements, run together. DEFAULT is locked while its rows of the week move: a row that stayed, or came in
-- meanwhile, would forbid the partition. CREATE … PARTITION OF would lock all writers out behind any open report.
CREATE TABLE {name} (LIKE {table} INCLUDING ALL);
LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE {table}_default IN ACCESS EXCLUSIVE MODE;
WITH moved AS (
    DELETE FROM {table}_default WHERE {key} >= '{lower}' AND {key} < '{upper}' RETURNING *
)
INSERT INTO {name} SELECT * FROM moved;
ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{lower}') TO ('{upper}')
