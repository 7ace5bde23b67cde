"""The endpoint and token of the sidecar, FAILCAT_ENDPOINT and FAILCAT_TOKEN, and FAILCAT_KEEP_CONTENTS."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from failcat._guard import logger

DEFAULT_ENDPOINT = "http://127.0.0.1:4318"
TRACES_PATH = "/v1/traces"
_OFF = frozenset({"off", "none", "false", "0"})
_ON = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How this process reaches the sidecar."""

    url: str  # of OTLP/HTTP traces; empty when the process's own exporters send everything
    token: str = field(default="", repr=False)  # bearer token; empty without authentication

    @property
    def is_loopback(self) -> bool:
        """Whether the sidecar runs on this host and is reached without a proxy."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False


def settings_of(endpoint: str | None = None, token: str | None = None) -> DeliverySettings:
    """Settings from the arguments, else from the environment. An invalid endpoint logs a warning and counts as `off`,
    so that the agent keeps running."""
    endpoint = (os.environ.get("FAILCAT_ENDPOINT") or DEFAULT_ENDPOINT) if endpoint is None else endpoint
    token = os.environ.get("FAILCAT_TOKEN", "") if token is None else token
    return DeliverySettings(_traces_url(endpoint.strip()), token.strip())


def keeps_contents() -> bool:
    """Whether prompts, completions and tool arguments are sent, too."""
    return os.environ.get("FAILCAT_KEEP_CONTENTS", "").strip().lower() in _ON


def _traces_url(endpoint: str) -> str:
    if endpoint.lower() in _OFF:
        return ""
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        logger.warning("FAILCAT_ENDPOINT is not a URL like %s: nothing is sent", DEFAULT_ENDPOINT)
        return ""
    base = endpoint.rstrip("/")
    return base if base.endswith(TRACES_PATH) else base + TRACES_PATH
