"""An object of the lake that was put again since it was listed."""

from pathlib import Path

import pytest

from etl_assets.cache import Cache
from etl_assets.errors import LakeError
from etl_assets.lake.s3 import S3Storage
from etl_assets_tests.servers.s3 import S3Server

KEY = "support/cases/unreadable/a"


def test_what_was_put_again_since_it_was_listed_is_read(s3: S3Server, tmp_path: Path) -> None:
    bucket = s3.bucket()
    put = lambda body: s3.client().put_object(Bucket=bucket, Key=f"lake/{KEY}", Body=body)  # noqa: E731 - one line
    storage = S3Storage(f"s3://{bucket}/lake", Cache(tmp_path, gigabytes=1))
    put(b"1")
    assert list(storage.list("support")) == [KEY]
    put(b"2")
    assert storage.read(KEY) == b"2"


def test_what_went_away_since_it_was_listed_is_missing(s3: S3Server, tmp_path: Path) -> None:
    bucket = s3.bucket()
    storage = S3Storage(f"s3://{bucket}/lake", Cache(tmp_path, gigabytes=1))
    s3.client().put_object(Bucket=bucket, Key=f"lake/{KEY}", Body=b"1")
    assert list(storage.list("support")) == [KEY]
    s3.client().delete_object(Bucket=bucket, Key=f"lake/{KEY}")
    with pytest.raises(LakeError, match="is missing"):
        storage.read(KEY)
