"""Everything in a bucket: what the command does there is what it does in folders."""

import shutil
from pathlib import Path

import pytest

from etl_assets.cache import Cache
from etl_assets.connectors.files.landing_s3 import S3Landing
from etl_assets.lake.lake import open_lake
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.cli.conftest import Shell
from etl_assets_tests.daemon.tables import Shown, every_table
from etl_assets_tests.servers.http_proxy import HttpProxy
from etl_assets_tests.servers.s3 import S3Server

PAID = "select * from totesys_marts.fact_payment order by 1, 2, 3"


@pytest.fixture
def bucket(shell: Shell, s3: S3Server) -> str:
    """A bucket that all settings lead to."""
    name = s3.bucket()
    for zone in ("landing", "lake", "processed"):
        shell.setenv(f"ETL_{zone.upper()}_URL", f"s3://{name}/{zone}")
    return name


def keys(server: S3Server, bucket: str, prefix: str) -> list[str]:
    pages = server.client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [one["Key"] for page in pages for one in page.get("Contents", ())]


def tables(home: Path) -> Shown:
    return every_table(open_engine(f"duckdb:///{home / 'warehouse.duckdb'}"))


def in_folders(shell: Shell, monkeypatch: pytest.MonkeyPatch, *commands: tuple[str, ...]) -> Path:
    """The home of the same commands where all is in folders."""
    home = shell.home.with_name("folders")
    with monkeypatch.context() as own:
        own.setenv("ETL_HOME", str(home))
        for zone in ("LANDING", "LAKE", "PROCESSED"):
            own.delenv(f"ETL_{zone}_URL")
        for command in commands:
            shell.ok(*command)
    return home


def test_a_warehouse_of_a_bucket_is_the_one_of_folders(
    shell: Shell, bucket: str, s3_proxy: HttpProxy, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = (("sample", "support", "--days", "2"), ("run", "support"))
    folders = in_folders(shell, monkeypatch, *commands)
    for command in commands:
        shell.ok(*command)
    shown = tables(shell.home)
    assert shown == tables(folders)
    assert not (shell.home / "lake").exists()
    assert not (shell.home / "landing").exists()
    assert keys(s3, bucket, "lake/support/cases/manifests/")

    assert "Nothing is waiting." in shell.ok("status", "support")
    s3_proxy.asked.clear()
    assert all(not one["written"] for one in shell.document("run", "support")["assets"])
    assert [asked for asked in s3_proxy.asked if asked.startswith(("PUT", "POST", "DELETE"))] == []
    assert "ok: support was made again" in shell.ok("rebuild", "support")
    assert tables(shell.home) == shown

    shell.setenv("ETL_HOME", str(shell.home.with_name("another machine")))
    shell.ok("rebuild", "support")
    assert tables(shell.home.with_name("another machine")) == shown


def test_marts_are_kept_in_a_bucket_as_in_a_folder(shell: Shell, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = (("sample", "totesys"), ("run", "totesys"))
    folders = in_folders(shell, monkeypatch, *commands)
    for command in commands:
        shell.ok(*command)
    kept = open_lake(f"s3://{bucket}/processed", Cache(shell.home / "cache", gigabytes=1))
    same = open_lake(str(folders / "processed"))
    for name in ("totesys/processed/fact_payment", "totesys/processed/dim_staff"):
        rows = [[one.rows for one in zone.manifests(name)] for zone in (kept, same)]
        assert rows[0] == rows[1] != []
        assert [path.stat().st_size > 0 for one in kept.manifests(name) for path in kept.parts(one)]


@pytest.mark.parametrize("warehouse", ["sparkify", "dms"])
def test_other_warehouses_of_a_bucket_are_those_of_folders(
    shell: Shell, bucket: str, s3: S3Server, monkeypatch: pytest.MonkeyPatch, warehouse: str
) -> None:
    commands = (("sample", warehouse), ("run", warehouse))
    folders = in_folders(shell, monkeypatch, *commands)
    for command in commands:
        shell.ok(*command)
    built = all_of(shell.home, warehouse)
    assert built == all_of(folders, warehouse)
    assert sum(map(len, built.values())) > 100
    assert keys(s3, bucket, f"lake/{warehouse}/")


def test_the_real_files_of_sparkify_give_the_same_from_a_bucket(
    shell: Shell, bucket: str, real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing = S3Landing(f"s3://{bucket}/landing", Cache(shell.home / "cache", gigabytes=1))
    for file in sorted((real_data / "sparkify").rglob("*.json")):
        landing.land("sparkify", file.relative_to(real_data / "sparkify").as_posix(), file)
    shutil.copytree(real_data / "sparkify", shell.home.with_name("folders") / "landing" / "sparkify")
    folders = in_folders(shell, monkeypatch, ("run", "sparkify"))
    shell.ok("run", "sparkify")
    built = all_of(shell.home, "sparkify")
    assert built == all_of(folders, "sparkify")
    assert len(built["sparkify_marts.fact_song_plays"]) == 6_820  # the events of NextSong that the logs have


def all_of(home: Path, warehouse: str) -> dict[str, list[str]]:
    """The rows of every table of a warehouse."""
    asked = "select table_schema || '.' || table_name from information_schema.tables where table_schema like ? || '%'"
    with open_engine(f"duckdb:///{home / 'warehouse.duckdb'}").reading() as session:
        names = [str(row[0]) for row in session.rows(asked.replace("?", f"'{warehouse}'"))]
        return {name: sorted(map(repr, session.rows(f"select * from {name}"))) for name in names}


def test_the_doctor_tells_of_a_bucket(shell: Shell, bucket: str) -> None:
    said = {one["what"]: (one["ok"], one["said"]) for one in shell.document("doctor")}
    assert said["landing"] == (True, f"s3://{bucket}/landing is empty: nothing has arrived")
    assert said["lake"] == (True, f"s3://{bucket}/lake")
    assert said["processed"] == (True, f"s3://{bucket}/processed")


def test_the_doctor_tells_of_a_queue(shell: Shell, bucket: str, s3: S3Server) -> None:
    assert bucket
    url = s3.client("sqs").create_queue(QueueName="of-the-doctor")["QueueUrl"]
    shell.setenv("ETL_LANDING_QUEUE_URL", url)
    said = {one["what"]: (one["ok"], one["said"]) for one in shell.document("doctor")}
    assert said["queue"] == (True, f"{url} has about 0 messages")
    shell.setenv("ETL_LANDING_QUEUE_URL", f"{url}-of-nobody")
    (queue,) = (one for one in shell.document("doctor") if one["what"] == "queue")
    assert (queue["ok"], queue["mend"]) == (False, "Create it, or correct ETL_LANDING_QUEUE_URL.")


@pytest.mark.usefixtures("s3")
def test_a_bucket_that_is_not_there_is_told_in_one_line(shell: Shell) -> None:
    shell.setenv("ETL_LAKE_URL", "s3://tests-none/lake")
    shell.setenv("ETL_LANDING_URL", "s3://tests-none/landing")
    assert "s3://tests-none/landing: there is no such bucket (NoSuchBucket). Create it" in shell.error("run", "support")
    found = {one["what"]: one for one in shell.document("doctor")}
    for what in ("landing", "lake"):
        assert (found[what]["ok"], found[what]["mend"]) == (False, "Create it, or correct the address.")


def test_nothing_has_landed_in_a_bucket(shell: Shell, bucket: str) -> None:
    result = shell.call("run", "support")
    assert f"Nothing has landed in s3://{bucket}/landing/support: put files there" in result.stderr


def test_a_held_back_file_is_replayed_from_the_bucket(shell: Shell, bucket: str, s3: S3Server) -> None:
    bad = b"".join(b'"c%d","high","2014-01-01 00:00:00","0-1","1-1"\r\n' % number for number in range(40))
    s3.client().put_object(Bucket=bucket, Key="landing/support/cases.csv", Body=bad)
    shell.call("run", "support", "--put-aside", "cases.csv")
    assert "cases.csv" in shell.ok("quarantine", "list")
    result = shell.call("quarantine", "replay", "support/staging/cases", "--json")
    assert "gone" not in result.stdout


def test_a_bucket_of_dms_is_its_warehouse_and_a_strange_prefix_of_it_is_named(
    shell: Shell, bucket: str, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = (("sample", "dms"), ("run", "dms"))
    folders = in_folders(shell, monkeypatch, *commands)
    for command in commands:
        shell.ok(*command)
    assert tables(shell.home) == tables(folders)
    s3.client().put_object(Bucket=bucket, Key="landing/dms/shop/invoices/LOAD00000001.csv", Body=b"1,2\n")
    assert "1 folder of no declared table: shop/invoices (1 file)." in shell.error("run", "dms")
