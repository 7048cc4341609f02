"""Two samples of the support department that tests only read."""

import pytest

from etl_assets.samples.support import SampleReport, write_support
from etl_assets_tests.oracles.deliveries import Delivery, from_folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleReport:
    """The history and five days, at the smallest scale."""
    return write_support(tmp_path_factory.mktemp("landing") / "support", days=5)


@pytest.fixture(scope="session")
def files(sample: SampleReport) -> dict[str, Delivery]:
    """Its files by path."""
    return {file.path: file for file in from_folder(sample.folder)}


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> SampleReport:
    """The history and three days, large enough for what is rare."""
    return write_support(tmp_path_factory.mktemp("large"), scale=101, days=3)


@pytest.fixture(scope="session")
def large_files(large: SampleReport) -> dict[str, Delivery]:
    """Its files by path."""
    return {file.path: file for file in from_folder(large.folder)}
