-- Reports that are new, in the order of their key.
INSERT INTO failure_losses (id, tenant_id, run_id, service_name, hour, dropped)
SELECT *
FROM unnest($1::UUID[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::TIMESTAMPTZ[], $6::BIGINT[]) AS given (id)
ORDER BY given.id
ON CONFLICT (id) DO NOTHING
