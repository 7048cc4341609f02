"""A place for a lake, of each kind."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etl_assets.cache import Cache
from etl_assets.lake.folder import FolderStorage
from etl_assets.lake.s3 import S3Storage
from etl_assets.lake.storage import Storage

if TYPE_CHECKING:
    from etl_assets_tests.servers.s3 import S3Server


@pytest.fixture(params=["folder", "s3"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Storage]:
    """Opens one place as another process would: nothing is remembered of it."""
    if request.param == "folder":
        return lambda: FolderStorage(tmp_path / "lake")
    server: S3Server = request.getfixturevalue("s3")
    url = f"s3://{server.bucket()}/some/lake"
    return lambda: S3Storage(url, Cache(tmp_path / "cache", gigabytes=1))


@pytest.fixture
def storage(opened: Callable[[], Storage]) -> Storage:
    """A place with nothing in it."""
    return opened()
