-- Rows whose id is new, in the order given; answers their ids. One array per column, in the order of rows.COLUMNS.
INSERT INTO failure_matches (
    id, run_id, tenant_id, error_code, error_message, catalog_entry_id, match_type, confidence_score, category,
    severity, is_retryable, recovery_mode, recovery_suggestion, skill_id, step_index, context, occurred_at, trace_id,
    span_id, service_name, parent_span_id, agent_name, error_type, signature, match_rule, catalog_version, caused_by
)
SELECT *
FROM unnest(
    $1::UUID[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::TEXT[], $6::TEXT[], $7::TEXT[], $8::FLOAT[], $9::TEXT[],
    $10::TEXT[], $11::BOOLEAN[], $12::TEXT[], $13::TEXT[], $14::TEXT[], $15::INTEGER[], $16::JSONB[],
    $17::TIMESTAMPTZ[], $18::TEXT[], $19::TEXT[], $20::TEXT[], $21::TEXT[], $22::TEXT[], $23::TEXT[], $24::TEXT[],
    $25::TEXT[], $26::TEXT[], $27::UUID[]
) AS given (id)
ORDER BY given.id
ON CONFLICT (id) DO NOTHING
RETURNING id
