"""What FAILCAT_DATABASE_MAX_BYTES may be, and how it is divided."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from failcat_sidecar.errors import ConfigurationError
from failcat_sidecar.settings import Settings, load_settings
from failcat_storage.disk_limit import MIB, DiskLimit
from failcat_storage.size import DatabaseSize


def settings(text: str, url: str = "", data_dir: str = "/") -> Settings:
    values = {"FAILCAT_DATABASE_MAX_BYTES": text, "FAILCAT_DATABASE_URL": url, "FAILCAT_DATA_DIR": data_dir}
    return load_settings({}, values)


@pytest.mark.parametrize(
    ("total_mib", "wal_mib", "temporary_mib", "table_mib"),
    [(128, 32, 16, 80), (256, 32, 32, 192), (1024, 128, 128, 768), (80_000, 1024, 10_000, 68_976)],
)
def test_a_limit_is_divided(total_mib: int, wal_mib: int, temporary_mib: int, table_mib: int) -> None:
    limit = DiskLimit(total_mib * MIB)
    shares = limit.wal_bytes, limit.temporary_bytes, limit.table_bytes
    assert tuple(share // MIB for share in shares) == (wal_mib, temporary_mib, table_mib)
    assert sum(shares) == limit.total_bytes


@pytest.mark.parametrize(("text", "bytes_"), [("0", None), ("128MiB", 128 * MIB), ("3GiB", 3072 * MIB)])
def test_a_size_is_the_limit(text: str, bytes_: int | None) -> None:
    assert settings(text).database_limit == (bytes_ and DiskLimit(bytes_))


def test_a_share_is_of_the_file_system(tmp_path: Path) -> None:
    total = shutil.disk_usage(tmp_path).total
    for text, percent in (("", 50), ("25%", 25), ("100 %", 100)):
        assert settings(text, data_dir=str(tmp_path)).database_limit == DiskLimit(total * percent // 100)


@pytest.mark.parametrize("text", ["0%", "101%", "-1%", "half", "1.5%", "%", "127MiB", "1"])
def test_what_cannot_be_a_limit_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="FAILCAT_DATABASE_MAX_BYTES"):
        settings(text)


def test_only_the_embedded_database_has_a_limit() -> None:
    url = "postgresql://db/failcat"
    assert [settings(text, url).database_limit for text in ("", "0")] == [None, None]
    with pytest.raises(ConfigurationError, match="embedded PostgreSQL only"):
        settings("3GiB", url)


@pytest.mark.parametrize(
    ("used", "limit", "is_nearly_full", "is_full", "text"),
    [
        (0, 80 * MIB, False, False, "0 MiB of at most 80 MiB"),
        (72 * MIB - 1, 80 * MIB, False, False, "72 MiB of at most 80 MiB"),
        (72 * MIB, 80 * MIB, True, False, "72 MiB of at most 80 MiB"),
        (80 * MIB, 80 * MIB, True, True, "80 MiB of at most 80 MiB"),
        (5000 * MIB, None, False, False, "5,000 MiB"),
    ],
)
def test_the_limit_is_near_and_reached(
    used: int, limit: int | None, is_nearly_full: bool, is_full: bool, text: str
) -> None:
    size = DatabaseSize(limit)
    size.bytes = used
    assert (size.is_nearly_full, size.is_full, size.describe()) == (is_nearly_full, is_full, text)
