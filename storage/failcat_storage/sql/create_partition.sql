-- Several statements, run together. DEFAULT is locked while its rows of the week move: a row that stayed, or came in
-- meanwhile, would forbid the partition. CREATE … PARTITION OF would lock all writers out behind any open report.
CREATE TABLE {name} (LIKE failure_matches INCLUDING ALL);
LOCK TABLE failure_matches IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE failure_matches_default IN ACCESS EXCLUSIVE MODE;
WITH moved AS (
    DELETE FROM failure_matches_default WHERE id >= '{lower}' AND id < '{upper}' RETURNING *
)
INSERT INTO {name} SELECT * FROM moved;
ALTER TABLE failure_matches ATTACH PARTITION {name} FOR VALUES FROM ('{lower}') TO ('{upper}')
