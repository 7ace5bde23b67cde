"""Numbers of operating systems and the symbolic names that rules use.

A failure may come from another system than ours, so the tables are fixed: Linux's errno(3), its resolver's EAI codes,
Windows' system and socket errors, and signals.
"""

from __future__ import annotations

ERRNO_NAMES = {
    1: "EPERM",
    2: "ENOENT",
    4: "EINTR",
    5: "EIO",
    7: "E2BIG",
    8: "ENOEXEC",
    9: "EBADF",
    10: "ECHILD",
    11: "EAGAIN",
    12: "ENOMEM",
    13: "EACCES",
    16: "EBUSY",
    17: "EEXIST",
    18: "EXDEV",
    19: "ENODEV",
    20: "ENOTDIR",
    21: "EISDIR",
    22: "EINVAL",
    23: "ENFILE",
    24: "EMFILE",
    26: "ETXTBSY",
    27: "EFBIG",
    28: "ENOSPC",
    29: "ESPIPE",
    30: "EROFS",
    32: "EPIPE",
    36: "ENAMETOOLONG",
    39: "ENOTEMPTY",
    40: "ELOOP",
    98: "EADDRINUSE",
    99: "EADDRNOTAVAIL",
    100: "ENETDOWN",
    101: "ENETUNREACH",
    103: "ECONNABORTED",
    104: "ECONNRESET",
    105: "ENOBUFS",
    107: "ENOTCONN",
    110: "ETIMEDOUT",
    111: "ECONNREFUSED",
    112: "EHOSTDOWN",
    113: "EHOSTUNREACH",
    116: "ESTALE",
    122: "EDQUOT",
    -2: "EAI_NONAME",
    -3: "EAI_AGAIN",
    -4: "EAI_FAIL",
    -5: "EAI_NODATA",
}

WINDOWS_ERRORS = {
    2: "ENOENT",
    3: "ENOENT",
    5: "EACCES",
    32: "EBUSY",
    112: "ENOSPC",
    183: "EEXIST",
    206: "ENAMETOOLONG",
    10048: "EADDRINUSE",
    10049: "EADDRNOTAVAIL",
    10051: "ENETUNREACH",
    10053: "ECONNABORTED",
    10054: "ECONNRESET",
    10060: "ETIMEDOUT",
    10061: "ECONNREFUSED",
    10065: "EHOSTUNREACH",
    11001: "EAI_NONAME",
    11002: "EAI_AGAIN",
}

SIGNALS = {
    "SIGHUP": 1,
    "SIGINT": 2,
    "SIGQUIT": 3,
    "SIGILL": 4,
    "SIGABRT": 6,
    "SIGBUS": 7,
    "SIGFPE": 8,
    "SIGKILL": 9,
    "SIGSEGV": 11,
    "SIGPIPE": 13,
    "SIGTERM": 15,
}

NODE_NAMES = ("ENOTFOUND", "EPROTO", "ECANCELED", "EPROTONOSUPPORT", "EAI_SYSTEM", "ENOTSUP")
"""Symbolic names that Node.js and libuv write beside those above."""


def symbolic_names() -> list[str]:
    """Every name that a text may hold, longest first, so that a pattern of them finds the whole name."""
    return sorted({*ERRNO_NAMES.values(), *NODE_NAMES}, key=lambda name: (-len(name), name))
