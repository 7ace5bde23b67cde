"""How `failcat psql` and its like find the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from failcat_sidecar.cli.database import find_database
from failcat_sidecar.errors import ConfigurationError


@pytest.mark.parametrize("url", ["failcat", "host=db dbname=x", "mysql://db/x", "postgresql://db:port/x"])
def test_what_is_no_url_of_postgresql_names_the_setting(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="FAILCAT_DATABASE_URL: is not a PostgreSQL URL"):
        find_database(url, tmp_path)
