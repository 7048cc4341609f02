"""Samples that tests only read: the support department, small and large, and a business of two years."""

import pytest

from etl_assets.samples.support import SampleReport, write_support
from etl_assets_tests.oracles.deliveries import Delivery, from_folder
from etl_assets_tests.samples.business import Business


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


@pytest.fixture(scope="session")
def business(tmp_path_factory: pytest.TempPathFactory) -> Business:
    """The smallest business, two years and four days old, in SQLite."""
    return Business.opened(tmp_path_factory.mktemp("business")).lived(4)


@pytest.fixture(scope="session")
def young(tmp_path_factory: pytest.TempPathFactory) -> Business:
    """The same business four days earlier."""
    return Business.opened(tmp_path_factory.mktemp("young")).lived(0)
