"""Passwords and tokens in URLs: user information (RFC 3986 §3.2.1), also unescaped or without a scheme; webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from failcat_catalog.redaction.marks import START, Span
from failcat_catalog.redaction.randomness import is_mixed, is_random
from failcat_catalog.redaction.values import is_neutral
from failcat_catalog.redaction.view import FILL

_AUTHORITY_ENDS = frozenset("/?# \t\r\n\"'<>\\")
_USER_ENDS = frozenset("/?#@[] \t\r\n\"'<>,;(){}")
_LINE_ENDS = frozenset('\r\n"<>')
_TOKEN_ENDS = frozenset(" \t\r\n\"'<>(),;={}[]")
_MAX_AUTHORITY_CHARS = 1_024
_MAX_USER_INFO_CHARS = 256
_MAX_PORT_DIGITS = 5
_MIN_PASSWORD_CHARS = 4
_MIN_TOKEN_CHARS = 20
_HOOKS = (
    *("hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/", "/api/webhooks/"),
    *(
        "/webhookb2/",
        "hooks.zapier.com/hooks/catch/",
        "outlook.office.com/webhook/",
        "/open-apis/bot/v2/hook/",
        "/hooks/",
    ),
)
_COMMANDS = {
    "curl ": (" -u ", " --user "),
    "http ": (" --auth ", " -a "),
    "sshpass ": (" -p ", " -p"),
    "redis-cli ": (" -a ",),
    "docker login ": (" -p ",),
    "mysql ": (" -p",),
    "mysqldump ": (" -p",),
}
COMMANDS = tuple(_COMMANDS)
_HOOK_ENDS = frozenset(" \t\r\n\"'<>`),;|{}[]&" + FILL)


def url_secrets(view: str) -> Iterator[Span]:
    """Passwords, and tokens in the place of a user, of URLs with a scheme."""
    at = view.find("://")
    while at >= 0:
        start = at + 3
        end = _end_before(view, start, _AUTHORITY_ENDS, start + _MAX_AUTHORITY_CHARS)
        host = view.rfind("@", start, end)
        span = _user_info(view, start, host) if host >= 0 else _unescaped(view, start)
        if span:
            yield (*span, "password")
            end = max(end, span[1])
        at = view.find("://", end)


def loose_passwords(view: str) -> Iterator[Span]:
    """`user:password@host` without a scheme."""
    host, since = view.find("@"), 0
    while host >= 0:
        start = _start_after(view, max(since, host - _MAX_USER_INFO_CHARS), host)
        colon = view.find(":", start, host)
        is_host = view[host + 1 : host + 2].isalnum() and not view.startswith("sha256:", host + 1)
        if colon > start and is_host and view[colon + 1] != "/":
            password = view[colon + 1 : host]
            if len(password) > _MIN_PASSWORD_CHARS and "/" not in password and is_random(password):
                yield colon + 1, host, "password"
        since = host + 1
        host = view.find("@", since)


def passwords_of_commands(view: str) -> Iterator[Span]:
    """`curl -u user:password`, `sshpass -p password`, `mysql -ppassword`."""
    spans = [span for command, options in _COMMANDS.items() for span in _of_command(view, command, options)]
    return _apart(sorted(spans))


def _of_command(view: str, command: str, options: tuple[str, ...]) -> Iterator[Span]:
    at = view.find(command)
    while at >= 0:
        end = at + len(command)
        for option in options:
            found = view.find(option, at, at + _MAX_AUTHORITY_CHARS)
            start = found + len(option)
            stop = _end_before(view, start, _TOKEN_ENDS, start + _MAX_USER_INFO_CHARS)
            start = view.find(":", start, stop) + 1 or start
            if found >= 0 and is_mixed(view[start:stop]):
                yield start, stop, "password"
                end = max(end, stop)
                break
        at = view.find(command, end)


def webhooks(view: str) -> Iterator[Span]:
    """The paths of webhooks, whose knowledge is the right to post."""
    found = []
    for hook in _HOOKS:
        at = view.find(hook)
        while at >= 0:
            start = at + len(hook)
            end = start
            while end < len(view) and view[end] not in _HOOK_ENDS:
                end += 1
            path = view[start:end]
            if START not in path and any(map(is_mixed, path.split("/"))) and len(path) >= _MIN_TOKEN_CHARS:
                found.append((start, end, "secret"))
            at = view.find(hook, end)
    return _apart(sorted(found))


def _apart(spans: list[Span]) -> Iterator[Span]:
    done = 0
    for start, end, kind in spans:
        if start >= done:
            yield start, end, kind
            done = end


def _user_info(view: str, start: int, host: int) -> tuple[int, int] | None:
    end = host
    while view[end - 1] == FILL:
        end -= 1
    colon = view.find(":", start, end)
    if colon < 0:
        return (start, end) if end - start >= _MIN_TOKEN_CHARS and is_random(view[start:end]) else None
    return (colon + 1, end) if _is_password(view[colon + 1 : end], has_user=colon > start) else None


def _is_password(password: str, *, has_user: bool) -> bool:
    if not password or is_neutral(password, "password"):
        return False
    if has_user and password.isdecimal() and len(password) <= _MAX_PORT_DIGITS:
        return False  # a port
    return len(password) >= _MIN_PASSWORD_CHARS or not password.isalpha()


def _unescaped(view: str, start: int) -> tuple[int, int] | None:
    """A password with characters that end an authority."""
    colon = _end_before(view, start, _USER_ENDS | {":"}, start + _MAX_USER_INFO_CHARS)
    if view[colon : colon + 1] != ":":
        return None
    limit = colon + _MAX_USER_INFO_CHARS
    following = view.find("://", colon + 1, limit)
    limit = _end_before(view, colon, _LINE_ENDS, following if following >= 0 else limit)
    host = view.find("@", colon, limit)
    if host < 0 or not (view[host + 1 : host + 2].isalnum() or view[host + 1 : host + 2] == "["):
        return None
    word_end = _end_before(view, host, frozenset(" \t'"), limit)
    host = view.rfind("@", host, word_end)
    password = view[colon + 1 : host]
    before = password[: _end_before(password, 0, _AUTHORITY_ENDS, len(password))]
    if before.isdecimal() or password.count(" ") > 1 or not is_mixed(password):
        return None  # a port and a path
    return colon + 1, host


def _start_after(view: str, start: int, end: int) -> int:
    at = end
    while at > start and view[at - 1] not in _TOKEN_ENDS:
        at -= 1
    return at


def _end_before(text: str, at: int, ends: frozenset[str], limit: int) -> int:
    limit = min(limit, len(text))
    while at < limit and text[at] not in ends:
        at += 1
    return at
