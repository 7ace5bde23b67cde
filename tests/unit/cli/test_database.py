"""How `failcat psql` and its like find the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from failcat_sidecar.cli.database import _without_password, find_database
from failcat_sidecar.errors import ConfigurationError


@pytest.mark.parametrize(
    ("url", "shown", "password"),
    [
        ("postgresql://me:p%40ss@db:5432/failcat", "postgresql://me@db:5432/failcat", "p@ss"),
        ("postgresql://me@db/failcat", "postgresql://me@db/failcat", ""),
        ("postgresql://db", "postgresql://db", ""),
        ("postgresql://me:secret@a:1,b:2/x?sslmode=require", "postgresql://me@a:1,b:2/x?sslmode=require", "secret"),
        ("postgresql:///failcat?host=/run/pg", "postgresql:///failcat?host=/run/pg", ""),
        ("postgresql://me:secret@/failcat?host=/run/pg", "postgresql://me@/failcat?host=/run/pg", "secret"),
        (
            "postgresql://db/x?user=me&password=a%26b&sslmode=require",
            "postgresql://db/x?user=me&sslmode=require",
            "a&b",
        ),
        ("postgres://db/x?password=secret", "postgres://db/x", "secret"),
    ],
)
def test_a_password_leaves_the_url_and_nothing_else_does(url: str, shown: str, password: str) -> None:
    assert _without_password(url) == (shown, password)


@pytest.mark.parametrize("url", ["failcat", "host=db dbname=x", "mysql://db/x", "postgresql://db:port/x"])
def test_what_is_no_url_of_postgresql_names_the_setting(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="FAILCAT_DATABASE_URL: is not a PostgreSQL URL"):
        find_database(url, tmp_path)
