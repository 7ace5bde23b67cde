"""Every setting: one table, from which the flags of all commands, help, validation and docs/reference.md follow.

A setting is an environment variable FAILCAT_X with a flag --x of the same name; the flag wins. An empty variable is
not set. An invalid value raises ConfigurationError, which names the variable.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from failcat_sidecar.errors import ConfigurationError
from failcat_storage.disk_limit import MIN_LIMIT_BYTES, DiskLimit
from failcat_storage.embedded import default_data_dir

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
MAX_NAME_CHARS = 128  # of an environment variable that is compared with the known ones
DATABASE_SHARE = "50%"
_PREFIX = "FAILCAT_"
DEFAULT_ENDPOINT = "http://127.0.0.1:4318"
TEST_VARIABLES = frozenset(
    {"FAILCAT_FAILPOINT", "FAILCAT_TEST_PG", "FAILCAT_TEST_DATABASE_URL", "FAILCAT_BENCH_SECONDS"}
)
_UNITS = {"": 1, "b": 1, "kib": KIB, "mib": MIB, "gib": GIB, "kb": 10**3, "mb": 10**6, "gb": 10**9}


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a listener."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def local(self) -> Address:
        """The address for a client on this host: a listener on all addresses is also on loopback."""
        try:
            every = ip_address(self.host)
        except ValueError:
            return self
        loopback = "127.0.0.1" if every.version == 4 else "::1"
        return Address(loopback, self.port) if every.is_unspecified else self


def parse_address(text: str) -> Address | None:
    if text.lower() == "off":
        return None
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    host = host[1:-1] if bracketed else host
    is_host = bool(host) and (":" in host) == bracketed and "[" not in host
    if not colon or not is_host or not port.isdecimal() or len(port) > 5 or int(port) > 65535:
        raise ValueError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:4318, or `off`")
    return Address(host, int(port))


def parse_bytes(text: str) -> int:
    digits = text.rstrip("bBkKmMgGiI ")
    unit = text[len(digits) :].strip().lower()
    if not digits.isdecimal() or unit not in _UNITS:
        raise ValueError(f"{text!r} is not a size, such as 33554432, 512MiB or 2GiB")
    return int(digits) * _UNITS[unit]


@dataclass(frozen=True, slots=True)
class Percent:
    """Of the file system."""

    value: int


def parse_disk_share(text: str) -> int | Percent:
    if text.endswith("%"):
        digits = text.removesuffix("%").strip()
        if not digits.isdecimal() or not 1 <= int(digits) <= 100:
            raise ValueError(f"{text!r} is not a percentage from 1% to 100%")
        return Percent(int(digits))
    return parse_bytes(text)


def parse_days(text: str) -> int:
    if not text.isdecimal() or int(text) > 36_500:
        raise ValueError(f"{text!r} is not a number of days from 0 to 36500")
    return int(text)


def parse_retention(text: str) -> int | None:
    """None follows the fleet."""
    return parse_days(text) if text else None


def parse_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise ValueError(f"{text!r} is not a number of seconds from 0 to 86400")
    return seconds


def parse_bool(text: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
        "": False,
    }
    if text.lower() not in words:
        raise ValueError(f"{text!r} is neither true nor false")
    return words[text.lower()]


def parse_path(text: str) -> Path:
    if not text:
        raise ValueError("is empty")
    return Path(text).expanduser().absolute()


def parse_paths(text: str) -> tuple[Path, ...]:
    paths = tuple(parse_path(part) for part in text.split(os.pathsep) if part)
    for path in paths:
        try:
            path.stat()
        except OSError as error:
            raise ValueError(f"{path}: {error.strerror}") from None
    return paths


def parse_tokens_file(text: str) -> Path | None:
    return parse_path(text) if text else None


def parse_database_url(text: str) -> str | None:
    """Checks scheme, host and port. asyncpg checks the rest, at the first connection."""
    if not text:
        return None
    if not _is_postgresql(text):
        raise ValueError("is not a PostgreSQL URL, such as postgresql://user:password@host:5432/failcat")
    return text


def _is_postgresql(url: str) -> bool:
    try:
        parts = urlsplit(url)
        hosts = parts.netloc.rpartition("@")[2].split(",")  # libpq takes several, each with its port
        ports = [urlsplit(f"//{host}").port for host in hosts]
    except ValueError:  # its text may contain a piece of the password
        return False
    return parts.scheme in ("postgresql", "postgres") and 0 not in ports


def split_password(url: str) -> tuple[str, str]:
    """The URL without its password, and the password: other users can read command lines and logs. Does not use urllib,
    which would write `postgresql:///failcat` with one slash."""
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    authority, slash, database = place.partition("/")
    user, at, hosts = authority.rpartition("@")
    name, _, password = user.partition(":")
    options = query.split("&") if query else []
    kept = [option for option in options if not option.startswith("password=")]
    password = next((option.removeprefix("password=") for option in options if option not in kept), password)
    question = "?" if kept else ""
    return f"{scheme}://{name}{at}{hosts}{slash}{database}{question}{'&'.join(kept)}", unquote(password)


def parse_log_level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError(f"{text!r} is not one of debug, info, warning, error")
    return text.upper()


def parse_endpoint(text: str) -> str | None:
    """A URL without its last slash; None when the agent's own exporters send everything."""
    if text.lower() == "off":
        return None
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"{text!r} is not a URL such as {DEFAULT_ENDPOINT}")
    return text.rstrip("/")


def _setting(default: str | Callable[[], str], parse: Callable[[str], Any], help_text: str) -> Any:
    """A field whose value is `parse` of a text. A `parse` that returns several values takes a flag several times."""
    return field(metadata={"default": default, "parse": parse, "help": help_text})


@dataclass(frozen=True, slots=True)
class Settings:
    """The validated settings of one sidecar."""

    otlp_http: Address | None = _setting("127.0.0.1:4318", parse_address, "OTLP/HTTP listener, or `off`.")
    otlp_grpc: Address | None = _setting("127.0.0.1:4317", parse_address, "OTLP/gRPC listener, or `off`.")
    admin: Address | None = _setting("127.0.0.1:8000", parse_address, "Metrics, health and readiness, or `off`.")
    data_dir: Path = _setting(
        lambda: str(default_data_dir()), parse_path, "Folder of the spool and the embedded PostgreSQL."
    )
    database_url: str | None = _setting(
        "", parse_database_url, "Any PostgreSQL >= 15 with the encoding UTF8; empty means the embedded PostgreSQL 18."
    )
    database_max_bytes: int | Percent = _setting(
        DATABASE_SHARE,
        parse_disk_share,
        "Disk the embedded PostgreSQL may take, a size or a share of the file system, 0 for any; the oldest go first.",
    )
    migrate: bool = _setting(
        "false", parse_bool, "Migrate FAILCAT_DATABASE_URL, as soon as it is there (the embedded one always is)."
    )
    catalog: tuple[Path, ...] = _setting(
        "", parse_paths, "Your own catalog files or folders, separated by `:`; later ones win."
    )
    tokens_file: Path | None = _setting("", parse_tokens_file, "Bearer tokens and their tenants; needed off loopback.")
    spool_max_bytes: int = _setting("2GiB", parse_bytes, "Disk the spool may take before intake answers 503.")
    spool_reserve_bytes: int = _setting("256MiB", parse_bytes, "Free disk that the spool leaves to others.")
    retention_days: int | None = _setting(
        "",
        parse_retention,
        "Days that failures are kept, 0 for ever; the fleet's longest wins. Empty: the fleet's, else 90.",
    )
    max_request_bytes: int = _setting(
        "33554432", parse_bytes, "Largest decompressed request; JSON may take a quarter of it."
    )
    keep_contents: bool = _setting("false", parse_bool, "Store prompts, completions and tool arguments too.")
    drain_seconds: float = _setting("20", parse_seconds, "How long a stop waits for requests in flight and the spool.")
    log_level: str = _setting("info", parse_log_level, "debug, info, warning or error.")

    def __post_init__(self) -> None:
        if self.max_request_bytes < 64 * KIB:
            raise ConfigurationError("FAILCAT_MAX_REQUEST_BYTES", "must be 64KiB or more, or no batch of spans fits")
        if self.spool_max_bytes < 2 * self.max_request_bytes:
            raise ConfigurationError("FAILCAT_SPOOL_MAX_BYTES", "must be at least twice FAILCAT_MAX_REQUEST_BYTES")
        if self.database_url and self.database_max_bytes not in (0, parse_disk_share(DATABASE_SHARE)):
            problem = "limits the embedded PostgreSQL only, and FAILCAT_DATABASE_URL names another: unset one of them"
            raise ConfigurationError("FAILCAT_DATABASE_MAX_BYTES", problem)
        if isinstance(self.database_max_bytes, int) and 0 < self.database_max_bytes < MIN_LIMIT_BYTES:
            raise ConfigurationError("FAILCAT_DATABASE_MAX_BYTES", f"must be {MIN_LIMIT_BYTES >> 20}MiB or more, or 0")

    @property
    def database_limit(self) -> DiskLimit | None:
        """None for none: an external database is its operator's to limit. Raises OSError when `data_dir` is missing."""
        given = self.database_max_bytes
        if self.database_url or not given:
            return None
        if isinstance(given, Percent):
            given = max(shutil.disk_usage(self.data_dir).total * given.value // 100, MIN_LIMIT_BYTES)
        return DiskLimit(given)


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """The settings of the package in the agent's process, besides FAILCAT_CATALOG; `failcat demo` uses them, too."""

    endpoint: str | None = _setting(
        DEFAULT_ENDPOINT, parse_endpoint, "The sidecar's OTLP/HTTP listener; `off` when the agent's exporters send all."
    )
    token: str = _setting(
        "", str, "Bearer token, when the sidecar asks for one. Others can see flags: prefer the variable."
    )


@dataclass(frozen=True, slots=True)
class Option:
    """One row of the table, for flags, help and documentation."""

    name: str  # otlp_http
    default: str
    help: str
    parse: Callable[[str], Any]

    @property
    def is_list(self) -> bool:
        """Whether the flag may be given several times."""
        return self.parse is parse_paths

    @property
    def variable(self) -> str:
        return f"FAILCAT_{self.name.upper()}"

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"


def options(table: type[Settings] | type[AgentSettings] = Settings) -> list[Option]:
    """The settings in the order of the table."""
    return [Option(f.name, _default(f.metadata), f.metadata["help"], f.metadata["parse"]) for f in fields(table)]


def load_settings(flags: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """Flags over environment over defaults. Raises ConfigurationError for the first invalid value."""
    return Settings(**load_values(options(), flags, environment))


def load_values(
    chosen: Iterable[Option], flags: Mapping[str, str | None], environment: Mapping[str, str]
) -> dict[str, Any]:
    """The values of some settings, by name. Raises ConfigurationError for the first invalid value."""
    values = {}
    for option in chosen:
        flag = flags.get(option.name)
        text = flag if flag is not None else environment.get(option.variable) or option.default
        try:
            values[option.name] = option.parse(text.strip())
        except ValueError as error:
            raise ConfigurationError(option.variable, str(error)) from None
    return values


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """One text for each unknown FAILCAT_ variable: most are misspelt, so that a default is in effect."""
    known = {option.variable for option in options() + options(AgentSettings)} | TEST_VARIABLES
    unknown = sorted(name for name in environment if name.startswith(_PREFIX) and name not in known)
    return [f"{name} is not a setting{_suggestion(name, known)}" for name in unknown]


def _suggestion(name: str, known: Iterable[str]) -> str:
    nearest = get_close_matches(name[:MAX_NAME_CHARS], known, n=1, cutoff=0.8)
    return f"; did you mean {nearest[0]}?" if nearest else ""


def _default(metadata: Mapping[str, Any]) -> str:
    default = metadata["default"]
    return str(default() if callable(default) else default)
