"""A bucket as storage: what can go wrong between is noticed, told in words, and costs nothing."""

from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from etl_assets.bucket import PART_BYTES
from etl_assets.cache import Cache
from etl_assets.errors import EtlError, LakeError, SettingsError
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.lake.manifest import Manifest, PartEntry
from etl_assets.lake.s3 import S3Storage
from etl_assets_tests.servers.http_proxy import Fault, HttpProxy
from etl_assets_tests.servers.s3 import ENVIRONMENT, S3Server

KEY = "support/cases/manifests/a.json"


@pytest.fixture
def bucket(s3: S3Server) -> str:
    return s3.bucket()


@pytest.fixture
def storage(bucket: str, tmp_path: Path) -> S3Storage:
    return S3Storage(f"s3://{bucket}/lake", Cache(tmp_path / "cache", gigabytes=1))


def publish(storage: S3Storage, key: str, data: bytes) -> None:
    with storage.open_output() as output:
        output.write(data)
        output.publish(key)


def whole(storage: S3Storage, key: str) -> bytes:
    """The bytes that another machine sees."""
    return S3Storage(storage.uri, Cache(storage.bucket.cache.folder / "other", gigabytes=1)).read(key)


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_fails_for_a_while_is_asked_again(storage: S3Storage, s3_proxy: HttpProxy, status: int) -> None:
    s3_proxy.faults = [Fault("refused", method, "", times=2, status=status) for method in ("PUT", "GET", "HEAD")]
    assert storage.put_if_absent(KEY, b"1")
    assert list(storage.list("support")) == [KEY]
    assert storage.read(KEY) == b"1"
    assert storage.size(KEY) == 1
    assert [fault.happened for fault in s3_proxy.faults] == [2, 2, 2]


def test_a_server_that_fails_for_good_is_told_and_nothing_is_put(storage: S3Storage, s3_proxy: HttpProxy) -> None:
    s3_proxy.faults = [Fault("refused", "PUT", KEY, times=100, status=503)]
    with pytest.raises(LakeError, match=r"asks for fewer requests, again and again \(SlowDown\)"):
        storage.put_if_absent(KEY, b"1")
    s3_proxy.faults = []
    assert storage.size(KEY) is None


def test_a_manifest_whose_reply_is_lost_is_ours_all_the_same(storage: S3Storage, s3_proxy: HttpProxy) -> None:
    s3_proxy.faults = [Fault("no reply", "PUT", KEY)]
    assert storage.put_if_absent(KEY, b"ours")
    assert [asked for asked in s3_proxy.asked if asked.startswith("PUT")] == [
        f"PUT /{storage.bucket.name}/lake/{KEY}"
    ] * 2
    assert not storage.put_if_absent(KEY, b"ours")


def test_a_manifest_of_which_every_reply_is_lost_is_ours_all_the_same(storage: S3Storage, s3_proxy: HttpProxy) -> None:
    s3_proxy.faults = [Fault("no reply", "PUT", KEY, times=100)]
    assert storage.put_if_absent(KEY, b"ours")


def test_another_writer_who_is_first_wins_and_stays(storage: S3Storage, s3_proxy: HttpProxy, s3: S3Server) -> None:
    name = storage.bucket.name
    first = lambda: s3.client().put_object(Bucket=name, Key=f"lake/{KEY}", Body=b"theirs")  # noqa: E731 - one line
    s3_proxy.faults = [Fault("first", "PUT", KEY, act=first)]
    assert not storage.put_if_absent(KEY, b"ours")
    assert whole(storage, KEY) == b"theirs"


def test_a_conflict_is_no_loss_and_is_tried_again(storage: S3Storage, s3_proxy: HttpProxy) -> None:
    s3_proxy.faults = [Fault("refused", "PUT", KEY, status=409)]
    assert storage.put_if_absent(KEY, b"ours")


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_200_whose_body_is_an_error_is_an_error(storage: S3Storage, s3_proxy: HttpProxy, method: str) -> None:
    s3_proxy.faults = [Fault("odd body", method, "", times=2)]
    assert storage.put_if_absent(KEY, b"1")
    assert list(storage.list("support")) == [KEY]
    assert storage.read(KEY) == b"1"
    s3_proxy.faults = [Fault("odd body", method, "", times=100)]
    other = KEY.replace("a.json", "b.json")
    with pytest.raises(LakeError):
        _ = storage.put_if_absent(other, b"2") and list(storage.list("support"))
    s3_proxy.faults = []
    assert whole(storage, KEY) == b"1"


@pytest.mark.parametrize("size", [1000, 3 * PART_BYTES])
def test_a_body_that_breaks_off_is_fetched_again(storage: S3Storage, s3_proxy: HttpProxy, size: int) -> None:
    data = sha256(b"seed").digest() * (size // 32)
    publish(storage, "x/data", data)
    s3_proxy.faults = [Fault("cut", "GET", "x/data", times=2)]
    assert whole(storage, "x/data") == data
    assert s3_proxy.faults[0].happened == 2


def test_a_body_that_breaks_off_for_good_is_told_and_nothing_of_it_is_kept(
    storage: S3Storage, s3_proxy: HttpProxy
) -> None:
    s3_proxy.faults = [Fault("cut", "GET", KEY, times=100)]
    storage.put_if_absent(KEY, b"1234567890")
    with pytest.raises(LakeError, match=r"does not come whole"):
        storage.read(KEY)
    assert [path for path in storage.bucket.cache.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("fault", [
    Fault("refused", "PUT", "partNumber=2", times=2, status=500),
    Fault("no reply", "PUT", "partNumber=2"),
    Fault("no reply", "POST", "uploadId"),
    Fault("odd body", "POST", "uploadId"),
])  # fmt: skip
def test_an_upload_in_parts_survives(storage: S3Storage, s3_proxy: HttpProxy, s3: S3Server, fault: Fault) -> None:
    data = b"0123456789abcdef" * (PART_BYTES // 8)
    s3_proxy.faults = [Fault(fault.kind, fault.method, fault.path, times=fault.times, status=fault.status)]
    publish(storage, "x/data", data)
    assert s3_proxy.faults[0].happened == fault.times
    assert whole(storage, "x/data") == data
    assert "Uploads" not in s3.client().list_multipart_uploads(Bucket=storage.bucket.name)


@pytest.mark.parametrize(("method", "size"), [("PUT", 1_000), ("POST", 2 * PART_BYTES)])
def test_an_upload_of_which_every_reply_is_lost_is_there(
    storage: S3Storage, s3_proxy: HttpProxy, method: str, size: int
) -> None:
    s3_proxy.faults = [Fault("no reply", method, "x/data?uploadId" if method == "POST" else "x/data", times=100)]
    publish(storage, "x/data", b"x" * size)
    assert s3_proxy.faults[0].happened > 1
    assert whole(storage, "x/data") == b"x" * size


def test_an_upload_in_parts_that_fails_is_taken_back(storage: S3Storage, s3_proxy: HttpProxy, s3: S3Server) -> None:
    s3_proxy.faults = [Fault("refused", "PUT", "partNumber=2", times=100, status=503)]
    with pytest.raises(LakeError, match="SlowDown"):
        publish(storage, "x/data", b"0123456789abcdef" * (PART_BYTES // 8))
    assert storage.size("x/data") is None
    assert "Uploads" not in s3.client().list_multipart_uploads(Bucket=storage.bucket.name)


@pytest.mark.parametrize("prefix", ["", "/lake"])
def test_what_killed_writers_left_is_swept_and_others_uploads_stay(
    bucket: str, tmp_path: Path, s3: S3Server, prefix: str
) -> None:
    client, storage = s3.client(), S3Storage(f"s3://{bucket}{prefix}", Cache(tmp_path, gigabytes=1))
    ours = ("support/cases/data/2020-01-01/a-0-b.parquet", f"support/cases/unreadable/{'0' * 64}")
    others = ["data", "landing/support/cases/data/a.csv", "other/support/cases/data/a.parquet", "x/y/data.parquet"]
    for key in (*(f"{prefix}/{key}"[1:] if prefix else key for key in ours), *others):
        client.create_multipart_upload(Bucket=bucket, Key=key)
    thousands_of_years = timedelta(days=365 * 2_000)
    assert storage.uploads.abort(older_than=thousands_of_years, is_ours=lambda _: True) == 0
    assert storage.sweep() == len(ours)  # to this server every upload is years old
    assert [one["Key"] for one in client.list_multipart_uploads(Bucket=bucket)["Uploads"]] == others


def committed(lake: Lake, data: bytes) -> Manifest:
    """A load of one part."""
    with lake.storage.open_output() as output:
        output.write(data)
        digest = output.sha256
        output.publish("support/cases/data/2020-01-01/a-0.parquet")
    part = PartEntry(path="support/cases/data/2020-01-01/a-0.parquet", rows=1, bytes=len(data), sha256=digest)
    manifest = Manifest(load_id="a", dataset="support/staging/cases", files=(), parts=(part,), rows=1)
    assert lake.commit(manifest)
    return manifest


def test_a_damaged_copy_on_this_machine_is_fetched_anew(bucket: str, tmp_path: Path) -> None:
    lake = open_lake(f"s3://{bucket}", Cache(tmp_path, gigabytes=1))
    manifest = committed(lake, b"12345")
    (path,) = lake.parts(manifest)
    path.write_bytes(b"12355")
    assert [one.read_bytes() for one in lake.parts(manifest)] == [b"12345"]


def test_a_part_that_is_damaged_in_the_bucket_is_told(bucket: str, tmp_path: Path, s3: S3Server) -> None:
    lake = open_lake(f"s3://{bucket}", Cache(tmp_path, gigabytes=1))
    manifest = committed(lake, b"12345")
    key = manifest.parts[0].path
    s3.client().put_object(Bucket=bucket, Key=key, Body=b"12355")
    with pytest.raises(LakeError, match=r"a-0\.parquet of the lake s3://.* has the SHA-256"):
        lake.parts(manifest)
    s3.client().delete_object(Bucket=bucket, Key=key)
    with pytest.raises(LakeError, match="is missing"):
        lake.parts(manifest)


def test_manifests_are_read_from_this_machine_once_they_are_here(
    bucket: str, s3_proxy: HttpProxy, tmp_path: Path
) -> None:
    manifest = committed(open_lake(f"s3://{bucket}", Cache(tmp_path, gigabytes=1)), b"12345")
    for expected in (1, 1):
        lake = open_lake(f"s3://{bucket}", Cache(tmp_path, gigabytes=1))
        assert lake.manifests("support/staging/cases") == (manifest,)
        assert (
            len([asked for asked in s3_proxy.asked if asked.startswith("GET") and "manifests/a.json" in asked])
            == expected
        )


@pytest.mark.parametrize("damage", [b"", b"{"])
def test_a_damaged_copy_of_a_manifest_is_fetched_anew(bucket: str, tmp_path: Path, damage: bytes) -> None:
    cache = Cache(tmp_path, gigabytes=1)
    manifest = committed(open_lake(f"s3://{bucket}", cache), b"12345")
    for _ in range(2):
        assert open_lake(f"s3://{bucket}", cache).manifests("support/staging/cases") == (manifest,)
        for copy in (path for path in tmp_path.glob("??/*") if path.read_bytes().startswith(b"{")):
            copy.write_bytes(damage + b" " * (copy.stat().st_size - len(damage)) if damage else b"")


@pytest.mark.usefixtures("s3")
def test_a_bucket_that_is_not_there_is_told(tmp_path: Path) -> None:
    storage = S3Storage("s3://tests-none/lake", Cache(tmp_path, gigabytes=1))
    for ask in (lambda: storage.put_if_absent("a/b", b""), lambda: list(storage.list("a")), storage.probe):
        with pytest.raises(LakeError, match=r"s3://tests-none/lake: there is no such bucket \(NoSuchBucket\)\. Create"):
            ask()


def test_one_of_many_keys_that_went_away_is_told_by_its_name(storage: S3Storage, s3: S3Server) -> None:
    keys = [KEY, KEY.replace("a.json", "b.json")]
    for key in keys:
        storage.put_if_absent(key, b"1")
    assert list(storage.list("support")) == keys
    s3.client().delete_object(Bucket=storage.bucket.name, Key=f"lake/{keys[1]}")
    with pytest.raises(LakeError, match=r"manifests/b\.json of the lake .* is missing"):
        list(storage.read_many(keys))


def test_the_server_is_told_what_hash_the_bytes_must_have(storage: S3Storage, s3: S3Server) -> None:
    storage.put_if_absent(KEY, b"1")
    publish(storage, "x/data", b"1")
    for key in (KEY, "x/data"):
        found = s3.client().head_object(Bucket=storage.bucket.name, Key=f"lake/{key}", ChecksumMode="ENABLED")
        assert found["ChecksumSHA256"] == b64encode(sha256(b"1").digest()).decode()


def test_what_is_not_allowed_is_told(storage: S3Storage, s3_proxy: HttpProxy) -> None:
    s3_proxy.faults = [Fault("refused", method, "", times=100, status=403) for method in ("PUT", "HEAD", "GET")]
    for ask in (lambda: storage.put_if_absent(KEY, b""), lambda: storage.size(KEY), lambda: list(storage.list("a"))):
        with pytest.raises(LakeError, match=r"AWS does not allow it \((AccessDenied|403)\)\. Give the user or role"):
            ask()


def test_a_server_that_is_away_is_told_without_secrets(storage: S3Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(LakeError, match=r"cannot be reached.*\(EndpointConnectionError\)") as failure:
        storage.put_if_absent(KEY, b"1")
    assert ENVIRONMENT["AWS_SECRET_ACCESS_KEY"] not in str(failure.value)


def test_no_credentials_are_told(storage: S3Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(LakeError, match=r"there are no credentials of AWS .*\. Set AWS_PROFILE"):
        storage.size(KEY)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AWS_PROFILE", "none", "the profile of AWS cannot be used"),
        ("AWS_ENDPOINT_URL", "http://me:canary@127.0.0.1:1", "has a user or"),  # pragma: allowlist secret
        ("AWS_ENDPOINT_URL", "nonsense", "the endpoint is no address"),
    ],
)
def test_an_environment_that_cannot_be_used_is_told(
    storage: S3Storage, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said) as failure:
        storage.size(KEY)
    assert "canary" not in str(failure.value)


def test_a_server_that_knows_no_conditions_is_refused(storage: S3Storage, s3_proxy: HttpProxy, s3: S3Server) -> None:
    def forget() -> None:
        s3.client().delete_object(Bucket=storage.bucket.name, Key="lake/.etl-assets")

    s3_proxy.faults = [Fault("first", "PUT", ".etl-assets", times=2, act=forget)]
    with pytest.raises(LakeError, match="lets a second writer overwrite the first"):
        storage.probe()


def test_a_lake_in_a_bucket_needs_a_cache_and_no_other_scheme_is_known() -> None:
    for url in ("s3://bucket/lake", "gs://bucket/lake"):
        with pytest.raises(EtlError, match="ETL_LAKE_URL"):
            open_lake(url)
