-- Somebody has looked at these.
UPDATE failure_quarantine
SET shown_at = now()
WHERE id = ANY($1::UUID[]) AND shown_at IS NULL
