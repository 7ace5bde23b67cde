"""How the text of a setting becomes a value, and which texts are refused."""

from __future__ import annotations

import pytest

from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.settings import load_settings, options


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert load_settings({}, {option.variable: "" for option in options()}) == load_settings({}, {})


def test_an_empty_flag_is_not_the_current_folder() -> None:
    with pytest.raises(ConfigurationError, match="FAILCAT_DATA_DIR: is empty"):
        load_settings({"data_dir": ""}, {})


def test_a_flag_wins_over_the_environment() -> None:
    assert load_settings({"retention_days": "7"}, {"FAILCAT_RETENTION_DAYS": "30"}).retention_days == 7


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://failcat:secret@db:5432/failcat",
        "postgres://db/failcat?sslmode=require",
        "postgresql://[::1]:5432/failcat",
        "postgresql://one:5432,two:5433/failcat",
        "postgresql:///failcat?host=/run/postgresql",
    ],
)
def test_a_database_url_of_any_form_that_libpq_takes_is_taken(url: str) -> None:
    assert load_settings({}, {"FAILCAT_DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    "url",
    [
        "mysql://db",
        "postgresql://u:se#cret@db/failcat",
        "postgresql://u:secret@db:port/x",
        "postgresql://u:secret@[::1/x",
    ],
)
def test_a_database_url_that_cannot_be_meant_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match="FAILCAT_DATABASE_URL: is not a PostgreSQL URL") as refused:
        load_settings({}, {"FAILCAT_DATABASE_URL": url})
    assert "se" + "cret" not in str(refused.value)
