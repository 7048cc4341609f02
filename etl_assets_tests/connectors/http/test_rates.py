"""Exchange rates from a real HTTP server that misbehaves in every way there is."""

import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from etl_assets.connectors.http.fetch import Patience, fetch, refuse_address
from etl_assets.connectors.http.rates import land_rates
from etl_assets.errors import SourceError
from etl_assets.lake.lake import open_lake
from etl_assets_tests.servers.certificates import own_certificate
from etl_assets_tests.servers.http import Answer, HttpServer, serving

DATASET = "totesys/staging/exchange_rates"
GOOD = b'{"base": "GBP", "date": "2024-11-15", "rates": {"EUR": 1.1990, "USD": 1.27}, "more": 1}'
HASTY = Patience(attempts=3, connect_seconds=0.5, read_seconds=0.3, total_seconds=3, first_wait=0.01, max_bytes=1000)
NOW = datetime(2024, 11, 15, 16, 0, 0, 123000, UTC)


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with serving() as running:
        yield running


def land(server: HttpServer, folder: Path, *, hour: int = 16, path: str = "/latest?key=s3cret") -> str:
    """Fetch the rates into a folder; gives the name of the new file."""
    lake = open_lake(str(folder / "lake"))
    now = NOW.replace(hour=hour)
    url = server.url + path
    return land_rates(url, DATASET, folder / "landing", lake, base="GBP", now=now, patience=HASTY).path


def landed(folder: Path) -> list[str]:
    """The files that have landed."""
    return sorted(file.name for file in folder.glob("landing/totesys/*"))


def test_the_document_is_kept_in_the_lake_and_landed_as_it_came(server: HttpServer, tmp_path: Path) -> None:
    server.answers = [Answer(body=GOOD)]
    name = land(server, tmp_path)
    (kept,) = tmp_path.glob("lake/totesys/exchange_rates/documents/*")
    assert kept.read_bytes() == (tmp_path / "landing" / "totesys" / name).read_bytes() == GOOD
    assert (name, server.asked) == ("exchange_rates_20241115-160000123.json", ["/latest?key=s3cret"])


@pytest.mark.parametrize(
    "first",
    [
        Answer(status=500),
        Answer(status=503, body=b"later"),
        Answer(status=429),
        Answer(body=GOOD, silent_seconds=1),
        Answer(body=GOOD, cut=20),
        Answer(body=GOOD, headers={"Content-Length": "500"}),
    ],
    ids=["500", "503", "429", "time-out", "truncated", "less than it says"],
)
def test_what_may_pass_is_tried_again(server: HttpServer, tmp_path: Path, first: Answer) -> None:
    server.answers = [first, Answer(body=GOOD)]
    assert landed(tmp_path) == []
    assert land(server, tmp_path) == landed(tmp_path)[0]
    assert len(server.asked) == 2


def test_an_address_that_is_not_told_for_now_is_asked_for_again(server: HttpServer) -> None:
    server.answers = [Answer(body=GOOD)]
    asked: list[str] = []

    def look_up(host: str) -> set[str]:
        asked.append(host)
        if len(asked) == 1:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return {"127.0.0.1"}

    assert fetch(server.url, HASTY, look_up=look_up) == GOOD
    assert asked == ["127.0.0.1"] * 2


def test_a_host_that_there_is_not_is_not_asked_for_again() -> None:
    asked: list[str] = []

    def look_up(host: str) -> set[str]:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(SourceError, match=r"has a host that is not known: 'rates\.example'"):
        fetch("https://rates.example/", HASTY, look_up=look_up)
    assert asked == ["rates.example"]


def test_what_does_not_pass_ends_after_so_many_attempts(server: HttpServer, tmp_path: Path) -> None:
    server.answers = [Answer(status=500)]
    with pytest.raises(SourceError, match=r"could not be fetched in 3 attempts: status 500\."):
        land(server, tmp_path)
    assert (len(server.asked), landed(tmp_path)) == (3, [])


def test_waits_are_drawn_and_grow(server: HttpServer) -> None:
    waited: list[float] = []
    server.answers = [Answer(status=500)]
    with pytest.raises(SourceError):
        fetch(server.url, Patience(attempts=8, first_wait=1, longest_wait=4), wait=waited.append)
    assert len(waited) == len(set(waited)) == 7
    assert all(seconds <= most for seconds, most in zip(waited, [1, 2, 4, 4, 4, 4, 4], strict=True))


def test_an_answer_that_drips_ends_in_time(server: HttpServer) -> None:
    server.answers = [Answer(body=GOOD, drip_seconds=0.2)]
    with pytest.raises(SourceError, match="no end of the answer in time"):
        fetch(server.url, Patience(attempts=1, read_seconds=5, total_seconds=1))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(status=302, headers={"Location": "http://127.0.0.1/other"}), r"redirects \(status 302\)"),
        (Answer(status=404), "answers with status 404"),
        (Answer(status=204), "answers with status 204"),
        (Answer(body=b"x" * 1001), "answers with more than 1,000 bytes"),
        (Answer(body=GOOD, headers={"Content-Encoding": "gzip"}), "answers compressed"),
    ],
)
def test_what_will_not_pass_is_refused_at_once(server: HttpServer, tmp_path: Path, answer: Answer, reason: str) -> None:
    server.answers = [answer]
    with pytest.raises(SourceError, match=reason) as failed:
        land(server, tmp_path)
    assert "s3cret" not in str(failed.value)
    assert (len(server.asked), landed(tmp_path)) == (1, [])


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "an empty line"),
        (b"<html>", "Expecting value at character 1"),
        (GOOD[:-1], "Expecting ',' delimiter"),
        (b"[]", "it is no object"),
        (b'{"base": "GBP", "rates": {"EUR": 1}}', "it has no field 'date'"),
        (GOOD.replace(b"1.27", b"NaN"), "NaN is no number of JSON"),
        (GOOD.replace(b"1.27", b'"1.27"'), "its rate of USD is no number"),
        (GOOD.replace(b"1.27", b"null"), "its rate of USD is no number"),
        (GOOD.replace(b"USD", b"EUR"), "it has the field 'EUR' twice"),
        (GOOD.replace(b"USD", b"dollar"), "its rates have 'dollar', which is no currency's code"),
        (GOOD.replace(b'"GBP"', b"1"), "its base is '1', and amounts are converted by rates of GBP"),
        (GOOD.replace(b"GBP", b"EUR"), "its base is 'EUR', and amounts are converted by rates of GBP"),
        (GOOD.replace(b"1.27", b"1.27000000001"), "its rate of USD has more than 10 digits before or behind the point"),
        (GOOD.replace(b"1.27", b"1e-11"), "its rate of USD has more than 10 digits"),
        (GOOD.replace(b"1.27", b"12345678901"), "its rate of USD has more than 10 digits"),
        (GOOD.replace(b"1.27", b"1e99999999999999999999"), "its rate of USD has more than 10 digits"),
        (GOOD.replace(b"2024-11-15", b"2024-11-31"), "its date is '2024-11-31'"),
        (GOOD.replace(b"2024-11-15", b"20241115"), "its date is '20241115'"),
        (b'{"base": "GBP", "date": "2024-11-15", "rates": {}}', "an empty one"),
        (b'{"base": "GBP", "date": "2024-11-15", "rates": [1]}', "its rates are no object"),
        (GOOD.replace(b"GBP", b"\xff"), "it is not UTF-8"),
    ],
)
def test_a_document_that_is_none_is_refused_and_nothing_lands(
    server: HttpServer, tmp_path: Path, document: bytes, reason: str
) -> None:
    server.answers = [Answer(body=document)]
    with pytest.raises(SourceError, match=reason):
        land(server, tmp_path)
    assert (len(server.asked), landed(tmp_path)) == (1, [])


def test_the_same_document_twice_lands_once_and_another_one_beside_it(server: HttpServer, tmp_path: Path) -> None:
    other = GOOD.replace(b"1.27", b"1.28")
    server.answers = [Answer(body=GOOD), Answer(body=GOOD), Answer(body=other), Answer(body=GOOD)]
    names = [land(server, tmp_path, hour=hour) for hour in (14, 15, 16, 17)]
    assert names[1] == ""
    assert landed(tmp_path) == [name for name in names if name]
    assert len([*tmp_path.glob("lake/totesys/exchange_rates/documents/*")]) == 2


def test_it_says_which_day_and_how_many(server: HttpServer, tmp_path: Path) -> None:
    server.answers = [Answer(body=GOOD)]
    told = land_rates(server.url, DATASET, tmp_path, open_lake(str(tmp_path / "lake")), base="GBP")
    assert (told.rate_date, told.rates, json.loads(GOOD)["rates"].keys()) == (date(2024, 11, 15), 2, {"EUR", "USD"})


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/", "only https is, and http on this machine"),
        ("ftp://127.0.0.1/", "only https is"),
        ("file:///etc/passwd", "only https is"),
        ("https://169.254.169.254/latest", "is the address 169.254.169.254"),
        ("https://[fe80::1]/", "is the address fe80::1"),
        ("https://0.0.0.0/", r"is the address 0\.0\.0\.0"),
        ("https://224.0.0.1/", "is the address 224"),
        ("https://[::ffff:169.254.169.254]/", "is the address 169.254"),
        ("https://no-such-host.invalid/", "has a host that is not known"),
    ],
)
def test_an_address_that_is_not_to_be_asked_is_not(url: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        refuse_address(url)


def test_a_server_that_is_not_there_is_no_connection(tmp_path: Path) -> None:
    with serving() as server:
        pass
    with pytest.raises(SourceError, match="could not be fetched in 3 attempts: no connection"):
        land(server, tmp_path)


def test_what_is_no_https_is_not_taken_for_it(server: HttpServer, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no certificate that can be trusted"):
        land(HttpServer(url=server.url.replace("http://", "https://")), tmp_path)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with serving(_own_certificate(tmp_path)) as server:
        server.answers = [Answer(body=GOOD)]
        with pytest.raises(SourceError, match="no certificate that can be trusted"):
            land(server, tmp_path)
        assert server.asked == []


def _own_certificate(folder: Path) -> ssl.SSLContext:
    """What a server uses that has signed for itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate(folder, host="127.0.0.1")[1])
    return context
