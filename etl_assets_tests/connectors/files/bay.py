"""A bucket where files arrive, for tests."""

from pathlib import Path

from etl_assets.cache import Cache
from etl_assets.connectors.files.landing import LandedFile
from etl_assets.connectors.files.landing_s3 import S3Landing
from etl_assets.datasets import FilePattern
from etl_assets.lake.lake import Lake, open_lake
from etl_assets_tests.connectors.files.landed_files import dataset
from etl_assets_tests.servers.s3 import S3Server

CASES = dataset(FilePattern(pattern="cases*.csv"))


class Bay:
    """A bucket that files arrive in, a cache and a lake in a folder."""

    def __init__(self, server: S3Server, folder: Path) -> None:
        self.client = server.client()
        self.bucket = server.bucket()
        self.cache = Cache(folder / "cache", gigabytes=1)
        self.folder = folder

    @property
    def landing(self) -> S3Landing:
        """The landing folder, opened anew."""
        return S3Landing(f"s3://{self.bucket}/in", self.cache)

    @property
    def lake(self) -> Lake:
        """The lake, opened anew."""
        return open_lake(str(self.folder / "lake"))

    def put(self, key: str, data: bytes = b"1,2,3\n", **told: str) -> None:
        """Let an object arrive."""
        self.client.put_object(Bucket=self.bucket, Key=f"in/{key}", Body=data, Metadata=told)

    def file(self, path: str) -> LandedFile:
        """A file as a list shows it."""
        (found,) = (one for one in self.landing.files("support") if one.path == path)
        assert isinstance(found, LandedFile)
        return found

    def copies(self) -> int:
        """How many files the cache has."""
        return sum(path.is_file() for path in self.cache.folder.rglob("*"))
