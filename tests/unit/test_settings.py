"""How the text of a setting becomes a value, and which texts are refused."""

from __future__ import annotations

import pytest

from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.settings import (
    Address,
    AgentSettings,
    load_settings,
    load_values,
    options,
    split_password,
    unknown_variables,
)


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert load_settings({}, {option.variable: "" for option in options()}) == load_settings({}, {})


def test_an_empty_flag_is_not_the_current_folder() -> None:
    with pytest.raises(ConfigurationError, match="FAILCAT_DATA_DIR: is empty"):
        load_settings({"data_dir": ""}, {})


@pytest.mark.parametrize(
    "text",
    [
        "4318",
        "localhost",
        ":4318",
        "host:",
        "host:99999",
        "host:" + "9" * 5_000,
        "1.2.3.4:5:6",
        "[::1:5",
        "::1:5",
        "[h]:5",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"FAILCAT_ADMIN: .* is not HOST:PORT"):
        load_settings({"admin": text}, {})


@pytest.mark.parametrize(("text", "host"), [("[::1]:5", "::1"), ("localhost:5", "localhost"), ("0.0.0.0:5", "0.0.0.0")])
def test_an_address_has_a_host_and_a_port(text: str, host: str) -> None:
    assert load_settings({"admin": text}, {}).admin == Address(host, 5)


@pytest.mark.parametrize("name", ["nowhere", "x" * 5_000])
def test_a_catalog_that_cannot_be_found_names_the_setting(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"FAILCAT_CATALOG: .*{name}: (No such file|File name too long)"):
        load_settings({"catalog": name}, {})


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
    assert split_password(url) == (shown, password)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("FAILCAT_RETENTION_DAY", "FAILCAT_RETENTION_DAY is not a setting; did you mean FAILCAT_RETENTION_DAYS?"),
        ("FAILCAT_DATABASEURL", "FAILCAT_DATABASEURL is not a setting; did you mean FAILCAT_DATABASE_URL?"),
        ("FAILCAT_ZZZZ", "FAILCAT_ZZZZ is not a setting"),
    ],
)
def test_a_variable_that_nothing_reads_is_told_with_the_nearest_name(name: str, sentence: str) -> None:
    assert unknown_variables({name: "secret"}) == [sentence]


@pytest.mark.parametrize("name", ["FAILCAT_ENDPOINT", "FAILCAT_TOKEN", "FAILCAT_FAILPOINT", "FAILCATS", "PATH"])
def test_variables_of_others_are_no_settings_and_not_unknown(name: str) -> None:
    assert unknown_variables({name: ""}) == []


def test_every_setting_is_known() -> None:
    assert unknown_variables({option.variable: "" for option in options()}) == []


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("0.0.0.0", "127.0.0.1:4318"),
        ("::", "[::1]:4318"),
        ("10.1.2.3", "10.1.2.3:4318"),
        ("sidecar", "sidecar:4318"),
    ],
)
def test_a_listener_on_all_addresses_is_reached_on_loopback(host: str, local: str) -> None:
    assert str(Address(host, 4318).local) == local


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [("http://sidecar:4318/", "http://sidecar:4318"), ("https://[::1]", "https://[::1]"), ("OFF", None)],
)
def test_an_endpoint_is_a_url_or_off(text: str, endpoint: str | None) -> None:
    assert load_values(options(AgentSettings), {"endpoint": text}, {})["endpoint"] == endpoint


@pytest.mark.parametrize("text", ["localhost:4318", "127.0.0.1", "ftp://host", "http://host:port", "http://[::1"])
def test_what_is_no_url_is_no_endpoint(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"FAILCAT_ENDPOINT: .* is not a URL such as"):
        load_values(options(AgentSettings), {}, {"FAILCAT_ENDPOINT": text})
