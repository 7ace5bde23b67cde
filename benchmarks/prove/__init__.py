"""The long proofs, on real processes: kills, power cut, outage. `python -m benchmarks.prove --help`."""
