"""`python -m benchmarks.secrets [CHECKOUT]`: how many secrets redaction misses, how many harmless texts it masks, what
it costs. With another checkout, before it was changed, its figures come first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.harmless_texts import HARMLESS
from tests.support.secret_corpus import secrets

from failcat_catalog.redaction import redact

LEAKED = Path(__file__).parents[2] / "shared" / "data" / "secrets_leaked.json"
FRAME = '  File "/srv/app/agents/step_{0}.py", line {0}, in run_step\n    result = await client.chat(model, messages)\n'
STACK = "Traceback (most recent call last):\n" + "".join(map(FRAME.format, range(40))) + "ValueError: boom"
ROUNDS = 30
MAX_KINDS = 12


def run() -> Iterator[str]:
    samples = list(secrets())
    missed = [sample.format for sample in samples if sample.secret in redact(sample.text)]
    yield _rate("secrets of published formats missed", len(missed), len(samples))
    kinds = sorted({name.split(" ")[0] for name in missed})
    yield f"  of {len(kinds)} kinds: {' '.join(kinds[:MAX_KINDS])}"
    if LEAKED.exists():
        leaked = json.loads(LEAKED.read_text())
        yield _rate("that leaked once", sum(item["secret"] in redact(item["text"]) for item in leaked), len(leaked))
    masked = [text for text in HARMLESS if redact(text) != text]
    yield _rate("harmless texts masked", len(masked), len(HARMLESS))
    yield f"cost: {_microseconds(HARMLESS):.2f} µs a message, {_microseconds([STACK]):.1f} µs a stack of {len(STACK)}"


def _rate(what: str, count: int, total: int) -> str:
    return f"{what}: {count} of {total} ({100 * count / total:.1f} %)"


def _microseconds(texts: list[str], work: Callable[[str], str] = redact) -> float:
    """The least CPU time of one text over several rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time_ns()
        for text in texts:
            work(text)
        times.append(time.process_time_ns() - start)
    return min(times) / len(texts) / 1_000


def _print_other(checkout: str) -> None:
    path = os.pathsep.join((str(Path(checkout) / "catalog"), str(Path(__file__).parents[1])))
    environment = {**os.environ, "PYTHONPATH": path}
    subprocess.run([sys.executable, "-m", "benchmarks.secrets"], env=environment, check=True)


if __name__ == "__main__":
    for other in sys.argv[1:]:
        print(f"== {other}", flush=True)
        _print_other(other)
        print("== this checkout", flush=True)
    for line in run():
        print(line)
