"""Measurements of this machine: ratios to bare baselines in one run. `python -m benchmarks` prints them all."""
