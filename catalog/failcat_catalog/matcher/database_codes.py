"""The numbers of databases' own protocols in `db.response.status_code`, as the codes that rules name.

Source: OpenTelemetry's database conventions, which say how each system's number is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from failcat_catalog.types import AttributeValue

DATABASE_STATUS = "db.response.status_code"

_ORACLE = "ORA-"
_PREFIXES = {
    **dict.fromkeys(("mysql", "mariadb"), "MYSQL_"),
    **dict.fromkeys(("mongodb", "mongo"), "MONGODB_"),
    **dict.fromkeys(("oracle.db", "oracle"), _ORACLE),
    **dict.fromkeys(("microsoft.sql_server", "mssql"), "MSSQL_"),
}
"""By `db.system.name`, and by `db.system` of older conventions."""


def database_code(attributes: Mapping[str, AttributeValue], error_type: str = "") -> str:
    """The code of a database that numbers its errors, such as MYSQL_1213, MONGODB_11000 or ORA-00060; empty without
    one. `error_type` repeats the number where the status is not sent."""
    system = attributes.get("db.system.name") or attributes.get("db.system")
    prefix = _PREFIXES.get(system.lower()) if isinstance(system, str) else None
    if prefix is None:
        return ""
    status = attributes.get(DATABASE_STATUS, error_type)
    return _code(prefix, str(status)) if isinstance(status, (str, int)) and not isinstance(status, bool) else ""


@lru_cache(maxsize=256)
def _code(prefix: str, status: str) -> str:
    digits = status.strip().upper().removeprefix(_ORACLE)
    if not digits.removeprefix("-").isdecimal() or len(digits) > 8:
        return ""
    return prefix + (digits.zfill(5) if prefix == _ORACLE else digits)
