-- Rows whose id is new, in the order given; answers their ids. Columns and arrays are those of rows.FAILURES.
INSERT INTO failure_matches ({columns})
SELECT *
FROM unnest({arrays}) AS given (id)
ORDER BY given.id
ON CONFLICT (id) DO NOTHING
RETURNING id
