"""What is recognised as a failure: replays recorded requests against a real sidecar and its embedded PostgreSQL, and
prints for each instrumentation how many failures it told, how many rows they became, and how many columns are right.

`python -m benchmarks.intake` scores this tree, `--failcat PATH` another one's command. `--only TEXT` replays the cases
whose name contains the text.
"""
