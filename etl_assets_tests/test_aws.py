"""Clients of AWS: what the environment says holds, and times of replies are read as the SDK reads them."""

import pytest
from botocore.utils import parse_timestamp

from etl_assets import aws
from etl_assets_tests.servers.s3 import S3Server


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-29T23:59:59.000Z", "2024-02-29T23:59:59Z", "2024-02-29T23:59:59+01:00", "2024-02-29T23:59:59",
        "Thu, 29 Feb 2024 23:59:59 GMT", 1_577_880_000, "1577880000", 1_577_880_000.5,
    ],
)  # fmt: skip
def test_a_time_is_read_as_the_sdk_reads_it(text: object) -> None:
    assert aws.moment(text) == parse_timestamp(text)


def test_the_region_is_the_one_of_aws_region(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert aws.client("s3").meta.region_name == "eu-west-2"
    monkeypatch.setenv("AWS_REGION", "us-west-1")
    assert aws.client("sqs").meta.region_name == "us-west-1"
    assert aws.client("sqs", region="eu-north-1").meta.region_name == "eu-north-1"
    assert aws.client("s3").meta.endpoint_url == s3.url


def test_a_client_is_made_once_for_an_environment(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    del s3
    one = aws.client("s3")
    assert aws.client("s3") is one
    monkeypatch.setenv("AWS_SESSION_TOKEN", "another")
    assert aws.client("s3") is not one
