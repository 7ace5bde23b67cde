"""Codes that the conventions define for databases and Connect."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from failcat_catalog.builtin import builtin_document
from failcat_catalog.catalog import Catalog
from failcat_catalog.observe import observed_code
from failcat_catalog.types import Observation

STATUS = "db.response.status_code"


@cache
def catalog() -> Catalog:
    return Catalog.from_document(builtin_document(), "entries")


def verdict(error_type: str, attributes: dict[str, Any]) -> tuple[str, str, bool]:
    observation = Observation(error_type=error_type, attributes=attributes)
    match = catalog().match(observation)
    return observed_code(observation), match.code, match.retryable


@pytest.mark.parametrize(
    ("system", "status", "code", "entry", "retryable"),
    [
        ("mysql", "1213", "MYSQL_1213", "DB_CONTENTION", True),
        ("mysql", "1205", "MYSQL_1205", "DB_CONTENTION", True),
        ("mariadb", "1062", "MYSQL_1062", "DB_CONSTRAINT_VIOLATION", False),
        ("mysql", "1064", "MYSQL_1064", "DB_QUERY_INVALID", False),
        ("mysql", "1045", "MYSQL_1045", "UNAUTHORIZED", False),
        ("mysql", "1142", "MYSQL_1142", "PERMISSION_DENIED", False),
        ("mysql", "2013", "MYSQL_2013", "DB_CONNECTION_FAILED", True),
        ("mysql", "3024", "MYSQL_3024", "TIMEOUT", False),
        ("mongodb", "112", "MONGODB_112", "DB_CONTENTION", True),
        ("mongodb", "11000", "MONGODB_11000", "DB_CONSTRAINT_VIOLATION", False),  # five digits, but no SQLSTATE
        ("mongodb", "13", "MONGODB_13", "PERMISSION_DENIED", False),
        ("mongodb", "10107", "MONGODB_10107", "DB_CONNECTION_FAILED", True),
        ("mongodb", "50", "MONGODB_50", "TIMEOUT", False),
        ("oracle.db", "ORA-00060", "ORA-00060", "DB_CONTENTION", True),
        ("oracle.db", "ORA-02291", "ORA-02291", "DB_CONSTRAINT_VIOLATION", False),
        ("oracle.db", "ORA-12541", "ORA-12541", "DB_CONNECTION_FAILED", True),
        ("oracle", "942", "ORA-00942", "DB_QUERY_INVALID", False),
        ("microsoft.sql_server", "1205", "MSSQL_1205", "DB_CONTENTION", True),
        ("microsoft.sql_server", "547", "MSSQL_547", "DB_CONSTRAINT_VIOLATION", False),  # not the HTTP status 547
        ("mysql", "19999", "MYSQL_19999", "", False),
        ("postgresql", "40P01", "SQLSTATE_40P01", "DB_CONTENTION", True),
    ],
)
def test_numbers_of_databases(system: str, status: str, code: str, entry: str, retryable: bool) -> None:
    assert verdict("", {"db.system.name": system, STATUS: status}) == (code, entry, retryable)
    assert verdict("", {"db.system": system, STATUS: status})[1:] == (entry, retryable)
    if status.isdecimal():
        assert verdict(status, {"db.system.name": system, STATUS: int(status)}) == (code, entry, retryable)
        assert verdict(status, {"db.system.name": system}) == (code, entry, retryable)


@pytest.mark.parametrize("system", ["", "cassandra", 5])
def test_a_number_of_another_system_is_not_read(system: object) -> None:
    assert verdict("1213", {"db.system.name": system, STATUS: "1213"}) == ("1213", "", False)


@pytest.mark.parametrize(
    ("sent", "code", "entry", "retryable"),
    [
        ("unavailable", "GRPC_UNAVAILABLE", "SERVICE_UNAVAILABLE", True),
        ("canceled", "GRPC_CANCELLED", "CANCELLED", False),
        ("deadline_exceeded", "GRPC_DEADLINE_EXCEEDED", "TIMEOUT", True),
        ("resource_exhausted", "GRPC_RESOURCE_EXHAUSTED", "RATE_LIMITED", True),
        ("permission_denied", "GRPC_PERMISSION_DENIED", "PERMISSION_DENIED", False),
        ("unauthenticated", "GRPC_UNAUTHENTICATED", "UNAUTHORIZED", False),
    ],
)
def test_codes_of_connect(sent: str, code: str, entry: str, retryable: bool) -> None:
    for attributes in (
        {"rpc.system": "connect_rpc", "rpc.connect_rpc.error_code": sent},
        {"rpc.system.name": "connectrpc", "rpc.response.status_code": sent},
    ):
        assert verdict("", attributes) == (code, entry, retryable)
