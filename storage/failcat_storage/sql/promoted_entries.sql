-- Active entries, the last changed one last, in all at most $1 bytes of JSON.
SELECT code, document
FROM (
    SELECT code, document::TEXT AS document, updated_at,
           sum(octet_length(document::TEXT)) OVER (ORDER BY updated_at, code) AS bytes_so_far
    FROM catalog_entries
    WHERE state = 'active'
) AS entries
WHERE bytes_so_far <= $1
ORDER BY updated_at, code
