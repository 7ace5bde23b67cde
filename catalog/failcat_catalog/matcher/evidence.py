"""Facts of an observation: from its codes, classes and attributes, and from its text.

Attribute names are OpenTelemetry's semantic conventions, present and past (HTTP, RPC, database, messaging, GenAI, MCP).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from failcat_catalog.finish_reasons import finish_reason_words
from failcat_catalog.matcher.database_codes import DATABASE_STATUS, database_code
from failcat_catalog.matcher.facts import (
    MAX_NAME_LENGTH,
    Fact,
    code_facts,
    provider_facts,
    sqlstate_facts,
    status_facts,
    type_facts,
)
from failcat_catalog.matcher.probes import CAUSE_PROBE, Probe
from failcat_catalog.matcher.texts import Predicate, Result, ScannedText
from failcat_catalog.matcher.tool_spans import TOOL_MARKS, marks_tool
from failcat_catalog.matcher.unwrap import replace_wrapper, wrapped_text
from failcat_catalog.types import AttributeValue, Observation

if TYPE_CHECKING:
    from failcat_catalog.matcher.index import Index

GRPC_NAMES = (
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
)
"""gRPC's canonical status names by number."""

_GRPC_CODED = ("grpc", "connect_rpc", "connectrpc", None)
"""Systems with gRPC's codes; Connect writes them in lower case, and `canceled` with one l."""

MAX_TEXTS = 8
"""Of an array."""

PLAIN_STATUS_KEYS = ("status_code", "http_status_code", "error.status_code")
"""Names under which agents send HTTP statuses: Claude Code, gateways."""


class InitialEvidence(NamedTuple):
    """The evidence on a failure before any predicate is evaluated on its text."""

    facts: tuple[Fact, ...]  # of its codes, classes and attributes
    causes: Sequence[str]  # classes in a wrapper's traceback, outermost first
    scanned: ScannedText


def initial_evidence(observation: Observation, index: Index) -> InitialEvidence:
    """The evidence for the rules of `index` that needs no evaluation of the text."""
    facts = field_facts(observation)
    if index.attribute_keys and observation.attributes:
        facts = (*facts, *operator_facts(observation.attributes, index.attribute_keys))
    causes, inner_message = wrapped_text(observation)
    return InitialEvidence(facts, causes, index.texts.scan(inner_message or observation.message))


class Evidence:
    """The facts of one failure: some hold, and some facts of its text are possible until a rule needs them
    evaluated."""

    __slots__ = ("_scanned", "evaluated", "facts", "pending_probes", "possible")

    def __init__(self, initial: InitialEvidence, index: Index) -> None:
        self._scanned = initial.scanned
        implications = initial.scanned.implications
        self.facts = {*initial.facts, *implications.facts, *initial.scanned.facts}
        self.possible = set(implications.possible)
        self.pending_probes = list(implications.probes)  # they may add facts
        self.evaluated: list[tuple[Predicate, Result]] = []  # predicates on the text, in order
        causes = initial.causes
        if implications.names_causes:
            causes = [*causes, *self._scanned.evaluate(CAUSE_PROBE)]
        if causes:
            self.run_probes()
            replace_wrapper(self.facts, causes, index.places.__contains__)

    def meets(self, wanted: frozenset[Fact]) -> bool:
        """Whether one of `wanted` holds. Facts that only a pending probe can find do not hold yet."""
        if wanted.isdisjoint(self.facts):
            return False
        if not self.possible:
            return True
        seen = wanted & self.facts
        unevaluated = seen & self.possible
        return len(unevaluated) < len(seen) or any(self.evaluate(fact) for fact in sorted(unevaluated))

    def evaluate(self, fact: Fact) -> bool:
        """Whether the possible `fact` holds; afterwards it is no longer possible but certain or removed."""
        self.possible.discard(fact)
        if self._evaluate(fact):
            return True
        self.facts.discard(fact)
        return False

    def run(self, probe: Probe) -> bool:
        """Adds the facts that `probe` finds; whether there were new ones."""
        self.pending_probes.remove(probe)
        count = len(self.facts)
        self.facts.update(self._evaluate(probe))
        return len(self.facts) > count

    def run_probes(self) -> None:
        """Runs all pending probes."""
        for probe in tuple(self.pending_probes):
            self.run(probe)

    def evaluate_all(self) -> None:
        """Runs all pending probes and evaluates all possible facts."""
        self.run_probes()
        for fact in tuple(self.possible):
            self.evaluate(fact)

    def _evaluate(self, predicate: Predicate) -> Result:
        result = self._scanned.evaluate(predicate)
        self.evaluated.append((predicate, result))
        return result


def text_of(observation: Observation) -> str:
    """The text that is matched: the message, or for a wrapper the message of the innermost exception in its
    traceback."""
    return wrapped_text(observation)[1] or observation.message


def field_facts(observation: Observation) -> tuple[Fact, ...]:
    """Facts of the codes, classes and attributes of `observation`."""
    error_code, error_type, exception_type, _, attributes = observation
    short = len(error_code) + len(error_type) + len(exception_type) <= MAX_NAME_LENGTH  # worth caching
    named = (_name_facts if short else _name_facts.__wrapped__)(error_code, error_type, exception_type)
    return (*named, *_attribute_facts(attributes, error_type)) if attributes else named


@lru_cache(maxsize=2048)
def _name_facts(error_code: str, error_type: str, exception_type: str) -> tuple[Fact, ...]:
    return (
        *(code_facts(error_code) if len(error_code) <= MAX_NAME_LENGTH else ()),
        *(_error_type_facts(error_type) if len(error_type) <= MAX_NAME_LENGTH else ()),
        *(type_facts(exception_type) if len(exception_type) <= MAX_NAME_LENGTH else ()),
    )


def named_providers(observation: Observation) -> frozenset[Fact]:
    """Only the facts that name the failure's provider, without its text."""
    attributes = observation.attributes
    provider = attributes.get("gen_ai.provider.name") or attributes.get("gen_ai.system") if attributes else None
    return _named_providers(
        provider[:MAX_NAME_LENGTH] if isinstance(provider, str) else "",
        observation.exception_type[:MAX_NAME_LENGTH],
        observation.error_type[:MAX_NAME_LENGTH],
    )


@lru_cache(maxsize=2048)
def _named_providers(provider: str, *class_names: str) -> frozenset[Fact]:
    facts = {fact for name in class_names for fact in type_facts(name) if fact.startswith("provider:")}
    return frozenset(facts.union(provider_facts(provider)))


def protocol_code(attributes: Mapping[str, AttributeValue]) -> str:
    """The protocol code in `attributes` as one word: MYSQL_1213, SQLSTATE_40P01, GRPC_UNAVAILABLE, JSONRPC_-32602 or
    HTTP_429; empty when there is none."""
    if number := database_code(attributes):
        return number
    facts = _attribute_facts(attributes, "") if attributes else []
    for kind in ("sqlstate", "grpc", "jsonrpc", "status"):
        for fact in facts:
            if fact.startswith(f"{kind}:"):
                return ("HTTP" if kind == "status" else kind.upper()) + "_" + fact.partition(":")[2]
    return ""


def operator_facts(attributes: Mapping[str, AttributeValue], keys: frozenset[str]) -> list[str]:
    """Facts of the attributes that some rule names: `attribute:key` and `attribute:key=value`."""
    facts = []
    for key in keys & attributes.keys():
        facts.append(f"attribute:{key}")
        facts += [f"attribute:{key}={text}" for text in _texts(attributes[key])]
    return facts


@lru_cache(maxsize=2048)
def _error_type_facts(value: str) -> tuple[str, ...]:
    """`error.type` may be a machine code, a class, or an HTTP status as text."""
    text = value.strip()
    if text.isdecimal() and len(text) == 3:
        return ("protocol:http", *code_facts(text), *status_facts(int(text)))
    return (*code_facts(text), *type_facts(text))


def _attribute_facts(attributes: Mapping[str, AttributeValue], error_type: str) -> list[str]:
    facts: list[str] = []
    for key, value in attributes.items():
        reader = _READERS.get(key)
        if reader is not None:
            facts += reader(value)
    if "rpc.response.status_code" in attributes or "rpc.status_code" in attributes:
        facts += _rpc_status(attributes)
    if "db.system.name" in attributes or "db.system" in attributes or DATABASE_STATUS in attributes:
        facts += _database_facts(attributes, error_type)
    if "protocol:mcp" in facts or "protocol:jsonrpc" in facts:
        facts += _jsonrpc(error_type)
    elif "protocol:kafka" in facts and error_type:
        facts.append(f"kafka:{error_type.upper()}")
    return facts


def _texts(value: AttributeValue) -> list[str]:
    """The value as texts, short ones only."""
    if isinstance(value, str):
        return [value] if len(value) <= MAX_NAME_LENGTH else []
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, (int, float)):
        return [str(value)]
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [text for item in value[:MAX_TEXTS] for text in (_texts(item) if isinstance(item, str) else [])]
    return []


def _status(value: AttributeValue) -> Sequence[str]:
    number = _integer(value)
    return ("protocol:http", *status_facts(number)) if number is not None else ()


def _plain_status(value: AttributeValue) -> Sequence[str]:
    """The key alone does not say that it is HTTP's."""
    number = _integer(value)
    return ("protocol:http", *facts) if number is not None and (facts := status_facts(number)) else ()


def _integer(value: AttributeValue) -> int | None:
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and len(value) < 10:
        return int(value)
    return None


def _provider(value: AttributeValue) -> Sequence[str]:
    return provider_facts(value) if isinstance(value, str) else ()


def _finish_reasons(value: AttributeValue) -> Sequence[str]:
    return [f"finish:{reason}" for reason in finish_reason_words(value)]


def _exit_code(value: AttributeValue) -> Sequence[str]:
    number = _integer(value)
    return (f"exit_code:{128 - number if number < 0 else number}",) if number else ()


def _grpc(value: AttributeValue) -> Sequence[str]:
    number = _integer(value)
    if number is not None:
        return (f"grpc:{GRPC_NAMES[number]}", "protocol:grpc") if 0 < number < len(GRPC_NAMES) else ("protocol:grpc",)
    if not isinstance(value, str):
        return ()
    name = "CANCELLED" if value == "canceled" else value.upper()
    return f"grpc:{name}", "protocol:grpc"


def _jsonrpc(value: AttributeValue) -> Sequence[str]:
    number = _integer(value)
    return (f"jsonrpc:{number}", "protocol:jsonrpc") if number is not None else ()


def _system(value: AttributeValue) -> Sequence[str]:
    return (f"protocol:{value.lower()}",) if isinstance(value, str) and len(value) < MAX_NAME_LENGTH else ()


def _tool_mark(values: frozenset[str]) -> Callable[[AttributeValue], Sequence[str]]:
    return lambda value: ("span:tool",) if marks_tool(value, values) else ()


def _mcp_method(value: AttributeValue) -> Sequence[str]:
    called = marks_tool(value, TOOL_MARKS["mcp.method.name"])
    return ("protocol:mcp", "span:tool") if called else ("protocol:mcp",)


def _constant(*facts: str) -> Callable[[AttributeValue], Sequence[str]]:
    return lambda _value: facts


def _rpc_status(attributes: Mapping[str, AttributeValue]) -> Sequence[str]:
    value = attributes.get("rpc.response.status_code") or attributes.get("rpc.status_code")
    system = attributes.get("rpc.system.name") or attributes.get("rpc.system")
    if system == "jsonrpc" or (_integer(value) or 0) < 0:
        return _jsonrpc(value)
    return _grpc(value) if system in _GRPC_CODED else ()


def _database_facts(attributes: Mapping[str, AttributeValue], error_type: str) -> Sequence[str]:
    number = database_code(attributes, error_type)
    if number:
        return code_facts(number)
    value = attributes.get(DATABASE_STATUS)
    text = value if isinstance(value, str) else ""
    return sqlstate_facts(text.upper()) if len(text) == 5 and text.isalnum() else ()


_READERS: dict[str, Callable[[AttributeValue], Sequence[str]]] = {
    **{key: _tool_mark(values) for key, values in TOOL_MARKS.items()},
    "http.response.status_code": _status,
    "http.status_code": _status,
    **dict.fromkeys(PLAIN_STATUS_KEYS, _plain_status),
    "gen_ai.provider.name": _provider,
    "gen_ai.system": _provider,
    "gen_ai.response.finish_reasons": _finish_reasons,
    "process.exit.code": _exit_code,
    "rpc.grpc.status_code": _grpc,
    "rpc.connect_rpc.error_code": _grpc,
    "rpc.jsonrpc.error_code": _jsonrpc,
    "rpc.system.name": _system,
    "rpc.system": _system,
    "db.system.name": _system,
    "db.system": _system,
    "messaging.system": _system,
    "mcp.method.name": _mcp_method,
    "mcp.session.id": _constant("protocol:mcp"),
    "a2a.task.id": _constant("protocol:a2a"),
    "a2a.method.name": _constant("protocol:a2a"),
}
"""The facts that follow from one attribute alone."""
