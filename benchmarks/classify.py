"""Classifications per second on one core: by kind of failure, by number of rules, and on texts made to be slow."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from failcat_catalog.catalog import Catalog
from failcat_catalog.documents import CatalogDocument, RuleDocument
from failcat_catalog.matcher.patterns import MAX_TEXT_BYTES
from failcat_catalog.matcher.texts import CACHED_TEXTS
from failcat_catalog.types import Observation

VARIANTS = 2 * CACHED_TEXTS
"""Texts of one kind, each with other numbers; more than are remembered, so that none is seen again in time."""

MIN_SECONDS = 0.3

WORDS = (
    *("account", "agent", "backend", "batch", "bucket", "cache", "chunk", "cluster", "cursor", "deadline"),
    *("deployment", "device", "driver", "endpoint", "feature", "gateway", "handler", "index", "journal", "kernel"),
    *("lambda", "ledger", "mailbox", "manifest", "network", "object", "parser", "pipeline", "policy", "queue"),
    *("record", "region", "replica", "schema", "segment", "session", "shard", "snapshot", "stream", "tenant"),
    *("thread", "ticket", "topic", "vector", "volume", "worker"),
)


def run() -> list[str]:
    return [*_by_kind(), *_by_number_of_rules(), *_adversarial(), *_loading()]


def _by_kind() -> Iterator[str]:
    catalog = Catalog.builtin()
    yield f"{len(catalog.rules)} built-in rules"
    for name, make in KINDS.items():
        yield _line(name, _per_second(catalog, [make(number) for number in range(VARIANTS)]))
    for name in ("message hit", "miss"):
        observations = [KINDS[name](number) for number in range(VARIANTS)]
        yield _line(f"{name}, decided anew", _per_second(catalog, observations, forget=True))


def _by_number_of_rules() -> Iterator[str]:
    seconds: dict[str, list[float]] = {name: [] for name in KINDS}
    sizes = (100, 500, 2000)
    for size in sizes:
        catalog = catalog_of(size)
        for name, make in KINDS.items():
            rate = _per_second(catalog, [make(number) for number in range(VARIANTS)])
            seconds[name].append(1 / rate)
    yield f"µs at {', '.join(map(str, sizes))} rules, and what 2,000 cost over 100"
    for name, costs in seconds.items():
        figures = "  ".join(f"{cost * 1e6:7.2f}" for cost in costs)
        yield f"  {name:<34} {figures}  {costs[-1] / costs[0]:5.2f} x"


def _adversarial() -> Iterator[str]:
    catalog = Catalog.builtin()
    plain = 1 / _per_second(catalog, [Observation(message=text) for text in PLAIN_TEXTS], forget=True)
    yield f"texts of {MAX_TEXT_BYTES} bytes; a plain one takes {plain * 1e6:.0f} µs"
    for name, texts in adversarial_texts(catalog).items():
        cost = 1 / _per_second(catalog, [Observation(message=text) for text in texts], forget=True)
        yield f"  {name:<34} {cost * 1e6:9.0f} µs  {cost / plain:5.1f} x"


def _loading() -> Iterator[str]:
    code = (
        "import time; from failcat_catalog.catalog import Catalog; from failcat_catalog.types import Observation;"
        "a = time.perf_counter(); catalog = Catalog.builtin(); b = time.perf_counter();"
        "catalog.match(Observation(message='a first text')); c = time.perf_counter(); print(b - a, c - b)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True) for _ in range(5)]
    loads, firsts = zip(*(map(float, run.stdout.split()) for run in runs), strict=True)
    yield f"load {min(loads) * 1e3:.1f} ms, first failure {min(firsts) * 1e3:.1f} ms more (best of {len(runs)})"


def _provider_body(number: int) -> Observation:
    return Observation(
        exception_type="openai.RateLimitError",
        message=(
            "Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o in organization "
            f"org-{number} on tokens per min (TPM): Limit 30000, Used {number}', 'type': 'tokens', "
            "'code': 'rate_limit_exceeded'}}"
        ),
        attributes={"gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "server.port": 443},
    )


def plain_texts(count: int = 50, seed: int = 7) -> list[str]:
    source = random.Random(seed)
    return [" ".join(source.choices(WORDS, k=800))[:MAX_TEXT_BYTES] for _ in range(count)]


PLAIN_TEXTS = plain_texts()

KINDS: dict[str, Callable[[int], Observation]] = {
    "code hit (explicit)": lambda n: Observation(error_code="RATE_LIMITED", message=f"order {n} was refused"),
    "code hit (provider's code)": lambda n: Observation(
        error_type="context_length_exceeded", message=f"This model's maximum context length is {n} tokens"
    ),
    "type hit, no text": lambda n: Observation(
        exception_type="asyncio.exceptions.CancelledError", attributes={"request": n}
    ),
    "message hit": lambda n: Observation(
        message=f"Rate limit reached for gpt-4o in organization org-{n} on requests per min"
    ),
    "message hit (body, attributes)": _provider_body,
    "message hit (the same text)": lambda n: Observation(message="Rate limit reached for gpt-4o on requests per min"),
    "miss": lambda n: Observation(
        exception_type="shop.OrderError", message=f"order {n} could not be shipped to the warehouse in time"
    ),
    "text at the limit, miss": lambda n: Observation(message=PLAIN_TEXTS[n % len(PLAIN_TEXTS)]),
}


def adversarial_texts(catalog: Catalog) -> dict[str, list[str]]:
    """Texts that come near to every pattern, repeat the starts of patterns, or nest what the matcher unwraps."""
    source = random.Random(11)
    patterns = [
        pattern
        for rule in catalog.rules.values()
        for condition in rule.when
        for pattern in condition.get("message", ())
    ]
    words = [word for pattern in patterns for word in literal_words(pattern)]
    return {
        "literals of patterns, shuffled": [_filled(source.choices(words, k=900)) for _ in range(30)],
        "one literal again and again": [_filled([word] * 900) for word in source.choices(words, k=30)],
        "two literals in random order": [_filled(source.choices(source.choices(words, k=2), k=900)) for _ in range(30)],
        "keys of machine codes": [_filled(["'code': 'a_b',"] * 400), _filled(["error code: 429"] * 400)],
        "nested causes": [_filled(['(Caused by requests.exceptions.SSLError("x'] * 200)],
        "class names": [_filled(["a.b.c.d.FooError:"] * 400), "A" * MAX_TEXT_BYTES, "a." * (MAX_TEXT_BYTES // 2)],
        "brackets": ["{" * MAX_TEXT_BYTES, '{"error":' * 500, '[["' * 1400],
        "statuses and numbers": [_filled(["429", "status", "503"] * 400), "1" * MAX_TEXT_BYTES],
        "spaces": [" " * MAX_TEXT_BYTES, "\n" * MAX_TEXT_BYTES],
        "not ASCII": ["错误" * 2000, "\u212a\u017f" * 2000, "e\u0301" * 2000],
    }


def literal_words(pattern: str) -> list[str]:
    """The plain parts of a pattern, for texts that come near to it."""
    return [
        part for part in pattern.replace("\\", "|").replace(".{", "|").replace("(?:", "|").split("|") if len(part) > 3
    ]


def _filled(parts: Sequence[str]) -> str:
    return " ".join(parts)[:MAX_TEXT_BYTES]


def catalog_of(size: int) -> Catalog:
    """`size` rules: the same real ones in each, and made-up ones."""
    builtin = Catalog.builtin()
    kept = [rule for rule in builtin.document["rules"] if rule["id"].partition(".")[0] in ("openai", "python")][:80]
    document: CatalogDocument = {
        "entries": builtin.document["entries"],
        "rules": kept + [_made_up_rule(number) for number in range(size - len(kept))],
    }
    return Catalog.from_document(document, "benchmark")


def _made_up_rule(number: int) -> RuleDocument:
    source = random.Random(number)
    first, second, third = source.choices(WORDS, k=3)
    return {
        "id": f"synthetic.rule_{number}",
        "code": "EXECUTION_ERROR",
        "when": [
            {"codes": [f"{first}_{second}_{number}"]},
            {"types": [f"{first}.{second.title()}{third.title()}{number}Error"]},
            {"message": [f"{number}{third} {second} (?:failed|is gone)", f"{number}-{first} .{{1,80}} {second} lost"]},
        ],
    }


def _per_second(catalog: Catalog, observations: Sequence[Observation], *, forget: bool = False) -> float:
    """Best of three in CPU time, each at least MIN_SECONDS / 3 long, after one round to warm up. `forget`: each failure
    is the first of its kind."""
    match = catalog.match
    for observation in observations:
        match(observation)
    best = 0.0
    for _ in range(3):
        done, start = 0, time.process_time()
        while (spent := time.process_time() - start) < MIN_SECONDS / 3:
            for observation in observations:
                if forget:
                    del catalog._winners._decision_tree  # learned from failures; built anew on demand
                match(observation)
            done += len(observations)
        best = max(best, done / spent)
    return best


def _line(name: str, rate: float) -> str:
    return f"  {name:<34} {rate:11,.0f} /s  {1e6 / rate:7.2f} µs"


if __name__ == "__main__":
    print("\n".join(run()))
