"""The settings: defaults that work, and one clear line for what does not."""

from pathlib import Path

import pytest

from etl_assets.errors import SettingsError
from etl_assets.limits import Limits
from etl_assets.settings import Settings, aws_environment


def test_every_default_lies_below_home(tmp_path: Path) -> None:
    settings = Settings.read({"ETL_HOME": str(tmp_path)})
    assert settings.warehouse_url == f"duckdb:///{tmp_path}/warehouse.duckdb"
    assert (settings.lake_url, settings.landing_url) == (f"{tmp_path}/lake", f"{tmp_path}/landing")
    assert settings.exports == tmp_path / "exports"


def test_home_is_var_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.read({}).home == tmp_path / "var"


def test_a_dotenv_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("ETL_HOME=/from/file\nETL_LAKE_URL=/lake/of/file\n")
    monkeypatch.setenv("ETL_HOME", str(tmp_path / "home"))
    settings = Settings.read()
    assert (settings.home, settings.lake_url) == (tmp_path / "home", "/lake/of/file")


def test_an_unknown_setting_is_refused_by_name_with_the_one_that_was_meant() -> None:
    with pytest.raises(
        SettingsError, match=r"Unknown setting ETL_HOEM in the environment\. Did you mean ETL_HOME\? Known"
    ):
        Settings.read({"ETL_HOEM": "x"})
    with pytest.raises(SettingsError, match=r"Unknown setting ETL_NOTIFY_SMTP in the environment\. Known are"):
        Settings.read({"ETL_NOTIFY_SMTP": "x"})


def test_an_unknown_setting_of_a_dotenv_is_told_with_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("ETL_HOEM=x\n")
    with pytest.raises(SettingsError, match=rf"Unknown setting ETL_HOEM in {tmp_path}/\.env\. Did you mean ETL_HOME\?"):
        Settings.read()


def test_a_failpoint_that_cannot_come_true_is_refused_before_anything_is_done() -> None:
    with pytest.raises(SettingsError, match=r"ETL_FAILPOINT is load\.before_comit:kill"):
        Settings.read({"ETL_FAILPOINT": "load.before_comit:kill"})


def test_a_warehouse_that_no_engine_can_use_is_refused() -> None:
    with pytest.raises(SettingsError, match="ETL_WAREHOUSE_URL has the unknown scheme 'oracle'"):
        Settings.read({"ETL_WAREHOUSE_URL": "oracle://x"})


def test_a_url_that_is_not_a_folder_is_refused_without_its_password() -> None:
    with pytest.raises(SettingsError, match="ETL_LAKE_URL") as failure:
        Settings.read({"ETL_LAKE_URL": "ftp://me:canary@host/x"})  # pragma: allowlist secret
    assert "canary" not in str(failure.value)


def test_a_lake_may_be_in_a_bucket() -> None:
    settings = Settings.read({"ETL_LAKE_URL": "s3://a-bucket/some/lake/", "ETL_PROCESSED_URL": "s3://a-bucket"})
    assert (settings.lake_url, settings.processed_url) == ("s3://a-bucket/some/lake", "s3://a-bucket")


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3://a",
        "s3:///lake",
        "s3://Bucket/x",
        "s3://b@d/x",
        "s3://bucket/a//b",
        "s3://bucket/../x",
        "s3://bucket/x?y=1",
    ],
)
def test_what_names_no_bucket_is_refused(url: str) -> None:
    with pytest.raises(
        SettingsError, match=r"ETL_LAKE_URL is .*, which names no bucket and prefix\. Write s3://bucket"
    ):
        Settings.read({"ETL_LAKE_URL": url})


def test_how_much_is_kept_of_buckets_is_a_number() -> None:
    assert Settings.read({}).cache.most_bytes == 10_000_000_000
    assert Settings.read({"ETL_CACHE_GB": "0.5"}).cache.most_bytes == 500_000_000
    with pytest.raises(SettingsError, match=r"ETL_CACHE_GB is 'much'\. Give a number of gigabytes"):
        Settings.read({"ETL_CACHE_GB": "much"})


def test_what_a_dotenv_says_to_aws_reaches_it_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("AWS_PROFILE=of-file\nAWS_REGION=of-file\n")
    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    monkeypatch.setenv("AWS_PROFILE", "")
    monkeypatch.delenv("AWS_PROFILE")
    Settings.read()
    assert aws_environment() == (("AWS_PROFILE", "of-file"), ("AWS_REGION", "eu-west-2"))


@pytest.mark.parametrize("root", ["s3://bucket", "/data"])
def test_the_landing_folder_is_apart_from_lake_and_processed_zone(root: str) -> None:
    apart = {"ETL_LAKE_URL": f"{root}/lake", "ETL_LANDING_URL": f"{root}/lakeside"}
    assert Settings.read(apart).landing_url == f"{root}/lakeside"
    for zone, landing in ((root, f"{root}/landing"), (f"{root}/a", f"{root}/a")):
        with pytest.raises(SettingsError, match=r"which is in ETL_PROCESSED_URL, .*\. Give each a place of its own"):
            Settings.read({"ETL_PROCESSED_URL": zone, "ETL_LANDING_URL": landing})
    for zone in (f"{root}/in/support", f"{root}/in/support/lake", f"{root}/in/lake"):
        with pytest.raises(SettingsError, match=rf"ETL_LAKE_URL is {zone}, which is in ETL_LANDING_URL, {root}/in\."):
            Settings.read({"ETL_LAKE_URL": zone, "ETL_LANDING_URL": f"{root}/in"})


def test_a_lake_in_a_bucket_is_not_within_a_folder() -> None:
    assert Settings.read({"ETL_LAKE_URL": "s3://bucket", "ETL_LANDING_URL": "/bucket"}).lake_url == "s3://bucket"


def test_a_queue_goes_with_a_bucket() -> None:
    queue = "https://sqs.eu-west-2.amazonaws.com/1/landed"
    settings = Settings.read({"ETL_LANDING_QUEUE_URL": queue, "ETL_LANDING_URL": "s3://bucket/in"})
    assert settings.landing_queue_url == queue
    with pytest.raises(SettingsError, match="ETL_LANDING_QUEUE_URL is set, and ETL_LANDING_URL is a folder"):
        Settings.read({"ETL_LANDING_QUEUE_URL": queue})
    with pytest.raises(SettingsError, match="ETL_LANDING_QUEUE_URL is no address of the web"):
        Settings.read({"ETL_LANDING_QUEUE_URL": "landed", "ETL_LANDING_URL": "s3://bucket/in"})


def test_how_long_files_rest_is_a_number_of_seconds() -> None:
    assert Settings.read({}).settle_seconds == 5
    assert Settings.read({"ETL_SETTLE_SECONDS": "0.5"}).settle_seconds == 0.5
    for text in ("soon", "-1", "nan", "4000"):
        with pytest.raises(SettingsError, match=f"ETL_SETTLE_SECONDS is '{text}'"):
            Settings.read({"ETL_SETTLE_SECONDS": text})


def test_what_a_source_is_allowed_is_set_within_bounds() -> None:
    assert Settings.read({}).source_limits == Limits(connections=3, statement_seconds=3600, stall_seconds=60)
    given = {"CONNECTIONS": "1", "STATEMENT_SECONDS": "7200", "STALL_SECONDS": "90.5"}
    read = Settings.read({f"ETL_SOURCE_{name}": text for name, text in given.items()}).source_limits
    assert read == Limits(connections=1, statement_seconds=7200, stall_seconds=90.5)
    wrong = {"CONNECTIONS": ("0", "33", "2.5"), "STATEMENT_SECONDS": ("0", "86401"), "STALL_SECONDS": ("0", "nan")}
    for name, texts in wrong.items():
        for text in texts:
            with pytest.raises(SettingsError, match=f"ETL_SOURCE_{name} is '{text}'"):
                Settings.read({f"ETL_SOURCE_{name}": text})


def test_the_operational_database_is_a_file_below_home_or_a_server() -> None:
    def given(url: str) -> str:
        return Settings.read({"ETL_HOME": "/home/etl", "ETL_TOTESYS_URL": url}).totesys_url

    assert given("") == "sqlite:////home/etl/totesys.db"
    assert given("sqlite:////srv/shop.db") == "sqlite:////srv/shop.db"
    assert given("sqlite:///shop.db") == f"sqlite:///{Path.cwd()}/shop.db"
    assert given("postgres://me@host/shop") == "postgresql://me@host/shop"
    for url in ("oracle://x", "shop.db", "sqlite://shop.db", "sqlite:///", "sqlite:////"):
        with pytest.raises(SettingsError, match=r"ETL_TOTESYS_URL (has|is|names)"):
            given(url)
