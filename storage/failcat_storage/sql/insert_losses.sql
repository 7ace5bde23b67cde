-- Reports that are new, in the order of their key. Columns and arrays are those of rows.LOSSES.
INSERT INTO failure_losses ({columns})
SELECT *
FROM unnest({arrays}) AS given (id)
ORDER BY given.id
ON CONFLICT (id) DO NOTHING
