"""Facts inside a text: statuses, machine codes, protocol codes and exception classes in a message.

The prefilter finds the literals of probes in the same pass as those of the rules' patterns. A probe runs only on texts
that contain its literals, and only when a rule needs its facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from failcat_catalog.matcher.errnos import ERRNO_NAMES, SIGNALS, WINDOWS_ERRORS, symbolic_names
from failcat_catalog.matcher.facts import NO_INFORMATION, qualified, split_type, sqlstate_facts, status_facts
from failcat_catalog.matcher.patterns import Regex

MAX_CAPTURES = 8
"""Captures of one probe in one text; the ninth code of a message decides nothing."""

Facts = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A pattern, and the facts that follow from each text it captures. Compared by identity, which is cheap to hash."""

    pattern: str
    facts: Callable[[str], Facts]
    kinds: frozenset[str]  # prefixes of its facts
    case_sensitive: bool = False
    limit: int = MAX_CAPTURES
    last: bool = False  # only the last capture counts: texts nest from the outside in

    def read(self, text: bytes) -> Facts:
        """Facts found in `text`."""
        captured = _regex(self.pattern, self.case_sensitive).captures(text, self.limit)
        return tuple(fact for capture in (captured[-1:] if self.last else captured) for fact in self.facts(capture))


@lru_cache(maxsize=64)
def _regex(pattern: str, case_sensitive: bool) -> Regex:
    return Regex(pattern, case_sensitive=case_sensitive, captures=True)


def _status(text: str) -> Facts:
    return ("protocol:http", *status_facts(int(text)))


def _code(text: str) -> Facts:
    code = text.lower()
    return (f"textcode:{code}",) if code not in NO_INFORMATION else ()


def _jsonrpc(text: str) -> Facts:
    return f"jsonrpc:{text}", "protocol:jsonrpc"


def _numbered_errno(text: str) -> Facts:
    name = ERRNO_NAMES.get(int(text))
    return (f"errno:{name}",) if name else ()


def _windows_error(text: str) -> Facts:
    name = WINDOWS_ERRORS.get(int(text.rpartition(" ")[2]))
    return (f"errno:{name}",) if name else ()


def _exit_code(text: str) -> Facts:
    signal = SIGNALS.get(text.upper())
    number = 128 + signal if signal else int(text)
    if number == -1:  # most programs write it when they know no code; hardly ever SIGHUP
        number = 1
    return (f"exit_code:{128 - number if number < 0 else number}",)  # -9 is Python's way to write SIGKILL


def _grpc(text: str) -> Facts:
    return f"grpc:{grpc_name(text)}", "protocol:grpc"


def _mention(text: str) -> Facts:
    root, class_name = split_type(text)
    facts = (f"inner:{qualified(root, class_name)}", f"inner:*.{class_name}")
    return facts if root else (*facts, f"name:{class_name}")


def grpc_name(text: str) -> str:
    """UNAVAILABLE for `Unavailable` and `UNAVAILABLE`; Go writes camel case."""
    if text.isupper():
        return text
    return "".join(f"_{char}" if char.isupper() and at else char for at, char in enumerate(text)).upper()


_REASONS = (
    "client error|server error|bad request|unauthorized|payment required|forbidden|not found|method not allowed|"
    "not acceptable|request time-?out|conflict|gone|payload too large|request entity too large|content too large|"
    "unprocessable|too many requests|internal server error|internal error|not implemented|bad gateway|"
    "service unavailable|service temporarily|gateway time-?out|overloaded|unavailable|resource_exhausted"
)
_GRPC_NAMES = (
    "CANCELLED|INVALID_ARGUMENT|DEADLINE_EXCEEDED|NOT_FOUND|ALREADY_EXISTS|PERMISSION_DENIED|RESOURCE_EXHAUSTED|"
    "FAILED_PRECONDITION|OUT_OF_RANGE|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS|UNAUTHENTICATED"
)
_GRPC_CAMEL = (
    "Cancelled|InvalidArgument|DeadlineExceeded|NotFound|AlreadyExists|PermissionDenied|ResourceExhausted|"
    "FailedPrecondition|OutOfRange|Unimplemented|Internal|Unavailable|DataLoss|Unauthenticated"
)
_CLASS = r"(?:[a-z_$][\w$]{0,40}\.){0,8}[a-z_$][\w$]{1,80}"
_ERROR_CLASS = (
    r"(?:[A-Za-z_$][\w$]*\.)*[A-Z][\w$]*"
    r"(?:Error|Exception|Timeout|Exceeded|Failure|Fault|Disconnected|Refused|Interrupt|Triggered|Aborted)"
)

STATUS_PROBE = Probe(
    r"\b(?:status[ _-]{0,1}(?:code)?|error code|https?(?:/[\d.]{1,3})?(?: error| status| code){0,2})"
    r"[\"']?(?: is| was| of)?[ :=]{0,3}([45]\d\d)\b"
    r"|(?:\A\s{0,4}|[^\w\s]\s{0,2}|(?:error|status|code|http|returned|got|received|with|response|failed)\s)"
    rf"([45]\d\d)\)?[ :]{{1,2}}(?:reason: )?(?:{_REASONS})"
    r"|\berror:? ?([45]\d\d)\b"
    r"|\b([45]\d\d) status code\b|\breason: ([45]\d\d) "
    r"|(?:error|rejected|failed|response|request|status|unavailable|unauthorized|forbidden|limited|found)"
    r" \(([45]\d\d)\)"
    r"|(?:failed|error)[: -]{1,3}([45]\d\d) ?[{:-]"
    r"|\b(?:returned|(?:responded|replied|failed|rejected) with|unexpected response)(?: an?)?(?: http| status)?"
    r" ([45]\d\d)(?:$|[.,:;)\]]| ?[-{<]| (?:error|status|response)\b)"
    r"|\bcode[\"']?: ?([45]\d\d)\b",
    _status,
    frozenset({"status", "protocol"}),
    limit=1,
)

CODE_PROBE = Probe(
    r"\b(?:error_?code|code|type|status|reason|subtype)[\"']?\s{0,3}[:=]\s{0,3}[\"']?"
    r"(-?\d{1,7}\b|[a-z][a-z0-9_.-]{2,63})"
    r"|[\"']error[\"']: ?[\"']([a-z][a-z0-9_]{2,63})[\"']"
    r"|error occurred \(([a-z][a-z0-9_.]{2,63})\)"
    r"|error: \[([a-z][a-z0-9_]{2,63})\]",
    _code,
    frozenset({"textcode"}),
)
"""Any code, known to rules or not; codes.py finds those that rules know."""

MENTION_PROBE = Probe(
    rf"({_ERROR_CLASS})(?:[:(\[>'\"]|$|\s-)", _mention, frozenset({"inner", "name"}), case_sensitive=True
)

CAUSE_PROBE = Probe(
    rf"(?:caused by|state=finished raised|root cause|\(from):? ?({_CLASS})", lambda text: (text,), frozenset({"type"})
)
"""Finds class names, not facts: their meaning depends on the catalog's rules."""

PROBES = (
    STATUS_PROBE,
    Probe(r"\bcode[\"']?\s{0,3}[:=]\s{0,3}[\"']?(-32\d{3})\b", _jsonrpc, frozenset({"jsonrpc", "protocol"})),
    Probe(  # npm writes "errno 1" for an exit status
        r"\[errno (-?\d{1,3})\]|\berrno[:=] ?(-?\d{1,3})\b|\berrno (-\d{1,3}|\d{2,3})\b|\bos error (\d{1,3})\b",
        _numbered_errno,
        frozenset({"errno"}),
    ),
    Probe(r"\bwinerror (\d{1,5})\b|\b(error 1[01]0\d\d)\b", _windows_error, frozenset({"errno"})),
    Probe(
        rf"\b({'|'.join(symbolic_names())})\b",
        lambda text: (f"errno:{text}",),
        frozenset({"errno"}),
        case_sensitive=True,
    ),
    Probe(
        r"\bexit(?:ed)?(?:(?: with| code| status| non-zero| error){1,3}[ :=(]{1,3}|[:=] ?)(-?\d{1,3})\b"
        r"|non-zero exit status (-?\d{1,3})\b"
        r"|signals\.(sig[a-z]{2,6})\b",
        _exit_code,
        frozenset({"exit_code"}),
    ),
    Probe(
        r"\bstatuscode\.([a-z_]{2,20})\b|\brpc error: code = ([a-z]{2,20})\b", _grpc, frozenset({"grpc", "protocol"})
    ),
    Probe(  # as clients in Java, JavaScript and Rust write it
        rf"(?:\A\s{{0,4}}|\b\d{{1,2}} |Exception: |Error: )({_GRPC_NAMES}): |\bstatus: ({_GRPC_CAMEL}), message: "
        rf"|\bStatus\{{code=({_GRPC_NAMES}),",
        _grpc,
        frozenset({"grpc", "protocol"}),
        case_sensitive=True,
        limit=1,
    ),
    Probe(
        r"\bsqlstate[\[ :=('\"]{1,3}([0-9A-Z]{5})\b",
        lambda text: sqlstate_facts(text.upper()),
        frozenset({"sqlstate", "protocol"}),
    ),
    Probe(
        r"\bmcp error:? {0,1}(-?\d{3,6})\b",
        lambda text: (f"jsonrpc:{text}", "protocol:mcp"),
        frozenset({"jsonrpc", "protocol"}),
        last=True,
    ),
    Probe(
        r"\bkafkaerror\{code=([a-z_0-9]{2,40})",
        lambda text: (f"kafka:{text.upper()}", "protocol:kafka"),
        frozenset({"kafka", "protocol"}),
    ),
    MENTION_PROBE,
)


_LEADING_STATUSES = frozenset(
    str(status).encode() for status in (400, 401, 402, 403, 404, 408, 409, 413, 415, 422, 429, 500, 502, 503, 504, 529)
)
_BODY_STARTS = frozenset({b"{", b'"', b"-"})


def leading_status(text: bytes) -> Facts:
    """Facts of a status at the very start, as HTTP clients write it: `429 {…`, `401 User not found`, `503: …`."""
    head = text[:24].lstrip()
    if head[:3] not in _LEADING_STATUSES:
        return ()
    after = head[3:5]
    if after[:1] in (b":", b"{") or (after[:1] == b" " and (after[1:] in _BODY_STARTS or after[1:].isupper())):
        return _status(head[:3].decode())
    return ()


def leading_code(text: str) -> Facts:
    """Facts of a machine code that a text starts with: `insufficient_quota: …`."""
    head = text[:80].split(maxsplit=1)[:1]
    word = head[0].rstrip(":,.;") if head else ""
    return (f"textcode:{word.lower()}",) if "_" in word[1:-1] and word.replace("_", "").isalnum() else ()
