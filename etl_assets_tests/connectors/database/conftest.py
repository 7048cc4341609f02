"""A shop of one's own."""

from pathlib import Path

import pytest

from etl_assets_tests.connectors.database.sources import Shop


@pytest.fixture
def shop(postgres_url: str, tmp_path: Path) -> Shop:
    return Shop(postgres_url, tmp_path)
