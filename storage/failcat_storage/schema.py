"""The schema that this release writes to."""

EXPECTED_REVISION = "0008"
"""The newest revision under migrations/versions."""

OWN_NOT_NULL = {
    "failure_matches": frozenset(
        {"id", "run_id", "error_code", "match_type", "confidence_score", "occurred_at", "signature", "catalog_version"}
    ),
    "failure_groups": frozenset({"tenant_id", "signature", "title", "state", "first_seen", "samples"}),
    "failure_group_hours": frozenset({"tenant_id", "signature", "hour", "shard", "occurrences", "last_seen"}),
    "recovery_attempts": frozenset(
        {"failure_id", "attempt", "mode", "succeeded", "occurred_at", "settled", "created_at"}
    ),
    "failure_members": frozenset({"member_id", "row_id", "report", "created_at"}),
    "failure_losses": frozenset({"id", "run_id", "hour", "dropped", "created_at"}),
    "failure_quarantine": frozenset({"id", "reason", "detail", "record", "record_bytes", "created_at", "refusals"}),
}
"""The columns that the migrations made NOT NULL, by table: of the tables that failures are written to. One that refuses
a row for anything else was altered by its operator, or by a newer release."""

OWN_CHECKS = {
    "failure_quarantine": frozenset(
        {
            "failure_quarantine_reason_check",
            "failure_quarantine_detail_check",
            "failure_quarantine_record_check",
            "failure_quarantine_tenant_id_check",
        }
    ),
}
"""The checks that the migrations made."""
