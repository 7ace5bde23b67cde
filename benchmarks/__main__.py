"""`make bench`: prints every figure of this machine; ratios are against a bare baseline in the same run."""

from __future__ import annotations

import importlib
import sys

PARTS = ("end_to_end", "tenants", "classify", "extract", "spool", "store", "grouping", "secrets", "shim")


def main() -> None:
    chosen = sys.argv[1:] or PARTS
    for name in chosen:
        if name not in PARTS:
            sys.exit(f"unknown part {name!r}; there are: {', '.join(PARTS)}")
        print(f"== {name}", flush=True)
        for line in importlib.import_module(f"benchmarks.{name}").run() or ():
            print(line, flush=True)


main()
