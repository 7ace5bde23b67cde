"""`failcat demo`: sends example failures."""

from __future__ import annotations

import click

from failcat_sidecar.cli.flags import with_settings
from failcat_sidecar.errors import ConfigurationError, FailcatError

EPILOG = """\b
Examples:
  failcat demo
  failcat demo --runs 500 --seed 7
  FAILCAT_TOKEN=s3cr3t failcat demo --endpoint http://sidecar:4318"""

LOOK = """
Look at them:
  failcat psql -c "select run_id, step_index, error_code, catalog_entry_id, recovery_mode from failure_matches limit 15"
  failcat psql -c "select tenant_id, title, occurrences from failure_group_totals order by occurrences desc limit 10"
  curl -s http://${FAILCAT_ADMIN:-127.0.0.1:8000}/metrics | grep ^failure_match"""


@click.command(epilog=EPILOG)
@with_settings("endpoint", "token")
@click.option("--runs", type=click.IntRange(1, 100_000), default=40, show_default=True, help="Agent runs to send.")
@click.option("--seed", type=int, default=None, help="The same seed gives the same mix.")
def demo(endpoint: str | None, token: str, runs: int, seed: int | None) -> None:
    """Send a realistic mix of failing agent runs, over the real OpenTelemetry SDK, to a running sidecar."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    from failcat_sidecar.demo import require_sidecar, send_demo

    if endpoint is None:
        raise ConfigurationError("FAILCAT_ENDPOINT", "is off: name the sidecar's OTLP/HTTP listener")
    require_sidecar(endpoint)
    headers = {"Authorization": f"Bearer {token}"} if token else None
    tally = send_demo(OTLPSpanExporter(f"{endpoint}/v1/traces", headers=headers), runs, seed)
    if tally.refused:
        raise FailcatError(f"{endpoint} rejected {tally.refused} of {tally.spans} spans")
    click.echo(
        f"sent {tally.runs} agent runs: {tally.spans} spans, {tally.failures} failures, "
        f"{tally.recoveries} recovery attempts\n{LOOK}"
    )
