-- 256 rows, because each may hold 8 KiB of message and 64 KiB of attributes.
FETCH FORWARD 256 FROM stored_failures
