"""The vocabulary of facts: the normal form of codes, exception classes and providers in rules and observations."""

from __future__ import annotations

from functools import lru_cache

from failcat_catalog.contract import class_name

Fact = str
"""`kind:value`; `text:` and `prefix:` name a pattern of a rule that matched."""

NO_INFORMATION = frozenset({"", "_other", "none", "null", "error"})
"""Codes without information; the message decides instead."""

MAX_NAME_LENGTH = 256
"""Longer texts are not codes or class names. Also bounds the caches below."""

PROVIDER_ALIASES = {
    "aws.bedrock": ("bedrock", "aws"),
    "aws_bedrock": ("bedrock", "aws"),
    "bedrock": ("aws",),
    "azure.ai.openai": ("azure", "openai"),
    "az.ai.openai": ("azure", "openai"),
    "azure.ai.inference": ("azure",),
    "az.ai.inference": ("azure",),
    "gcp.gemini": ("gemini", "google"),
    "gcp.gen_ai": ("gemini", "google"),
    "gcp.vertex_ai": ("gemini", "google", "vertex"),
    "vertex_ai": ("gemini", "google", "vertex"),
    "gemini": ("google",),
}
"""OpenTelemetry's `gen_ai.provider.name` values (and older `gen_ai.system` ones) to the short names that rules use."""

ROOT_PROVIDERS = {
    "openai": ("openai",),
    "anthropic": ("anthropic",),
    "claude_agent_sdk": ("anthropic",),
    "google": ("gemini", "google"),
    "google_genai": ("gemini", "google"),
    "botocore": ("aws", "bedrock"),
    "boto3": ("aws", "bedrock"),
    "litellm": ("litellm",),
    "mistralai": ("mistral",),
    "cohere": ("cohere",),
    "groq": ("groq",),
}
"""Root modules of exceptions that name a provider."""

ROOT_PROTOCOLS = {
    "grpc": "grpc",
    "mcp": "mcp",
    "fastmcp": "mcp",
    "a2a": "a2a",
    "psycopg": "postgresql",
    "psycopg2": "postgresql",
    "asyncpg": "postgresql",
    "redis": "redis",
    "kafka": "kafka",
    "aiokafka": "kafka",
    "confluent_kafka": "kafka",
    "kafkajs": "kafka",
    "pika": "amqp",
    "aio_pika": "amqp",
}
"""Root modules of exceptions that name a protocol."""

_ROOT_ALIASES = {"httpx2": "httpx", "builtins": "", "exceptions": ""}


@lru_cache(maxsize=2048)
def type_facts(name: str) -> tuple[str, ...]:
    """Facts of an observed exception class: `type:root.Class` or `type:Class`, `type:*.Class`, and `name:Class` for
    a bare name, which may stand for a class of any library. Providers and protocols follow from the root module."""
    root, class_name = split_type(name)
    if not class_name:
        return ()
    facts = [f"type:{qualified(root, class_name)}", f"type:*.{class_name}"]
    if not root:
        facts.append(f"name:{class_name}")
    facts += [f"provider:{provider}" for provider in ROOT_PROVIDERS.get(root, ())]
    if root in ROOT_PROTOCOLS:
        facts.append(f"protocol:{ROOT_PROTOCOLS[root]}")
    return tuple(facts)


@lru_cache(maxsize=2048)
def code_facts(value: str) -> tuple[str, ...]:
    """Facts of a machine code sent as an attribute: `code:…` and, in case it is an entry's own, `explicit:…`."""
    code = value.strip().lower()
    if code in NO_INFORMATION or len(code) > MAX_NAME_LENGTH:
        return ()
    facts = [f"code:{code}", f"explicit:{code.upper()}"]
    if code.endswith("]") and "[" in code:  # Node writes "Error [ERR_MODULE_NOT_FOUND]"
        facts.append(f"code:{code[code.index('[') + 1 : -1]}")
    return tuple(facts)


@lru_cache(maxsize=256)
def provider_facts(name: str) -> tuple[str, ...]:
    """Facts of a `gen_ai.provider.name`, under its own and its short names."""
    name = name.strip().lower()[:MAX_NAME_LENGTH]
    return tuple(f"provider:{provider}" for provider in (name, *PROVIDER_ALIASES.get(name, ())))


def split_type(name: str) -> tuple[str, str]:
    """Root module (empty for builtins) and class of an exception's name; both empty for other texts."""
    name = class_name(name.strip()).partition(" ")[0]
    if not name or len(name) > MAX_NAME_LENGTH:
        return "", ""
    root, dot, rest = name.partition(".")
    if not dot:
        return "", name
    return _ROOT_ALIASES.get(root, root), rest.rpartition(".")[2]


def qualified(root: str, class_name: str) -> str:
    return f"{root}.{class_name}" if root else class_name


def status_facts(status: int) -> tuple[str, ...]:
    """Facts of an HTTP status; none below 400."""
    if not 400 <= status <= 999:
        return ()
    return f"status:{status}", f"status:{status // 100}xx"


def sqlstate_facts(sqlstate: str) -> tuple[str, ...]:
    """Facts of a SQLSTATE: itself and its class."""
    return f"sqlstate:{sqlstate}", f"sqlstate:{sqlstate[:2]}*", "protocol:sql"
