-- Fills what is still null and adds keys that the context does not have; what a row already says stays. A row of
-- another tenant is left alone, and a context stays as it is when the sum would be larger than $9 bytes.
WITH given AS (
    SELECT *
    FROM unnest(
        $1::UUID[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::TEXT[], $6::INTEGER[], $7::TEXT[], $8::TEXT[],
        $10::JSONB[]
    ) AS given (id, tenant_id, error_message, error_type, skill_id, step_index, agent_name, service_name, context)
)
UPDATE failure_matches AS stored
SET error_message = coalesce(stored.error_message, given.error_message),
    error_type = coalesce(stored.error_type, given.error_type),
    skill_id = coalesce(stored.skill_id, given.skill_id),
    step_index = coalesce(stored.step_index, given.step_index),
    agent_name = coalesce(stored.agent_name, given.agent_name),
    service_name = coalesce(stored.service_name, given.service_name),
    context = CASE
        WHEN octet_length((given.context || stored.context)::TEXT) <= $9 THEN given.context || stored.context
        ELSE stored.context
    END,
    updated_at = now()
FROM given
WHERE stored.id = given.id
  AND coalesce(stored.tenant_id = given.tenant_id, TRUE)
  AND (
      stored.error_message IS NULL AND given.error_message IS NOT NULL
      OR stored.error_type IS NULL AND given.error_type IS NOT NULL
      OR stored.skill_id IS NULL AND given.skill_id IS NOT NULL
      OR stored.step_index IS NULL AND given.step_index IS NOT NULL
      OR stored.agent_name IS NULL AND given.agent_name IS NOT NULL
      OR stored.service_name IS NULL AND given.service_name IS NOT NULL
      OR given.context || stored.context <> stored.context
  )
