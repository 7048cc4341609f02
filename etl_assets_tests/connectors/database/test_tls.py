"""Who is asked has to be who was meant: a server that is not on this machine shows a certificate that is verified."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.errors import SourceError
from etl_assets.urls import tls_mode
from etl_assets_tests.servers.certificates import own_certificate
from etl_assets_tests.servers.postgres import Postgres

HOST = "db.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The server's, by itself and with its key."""
    return own_certificate(tmp_path_factory.mktemp("certificate"), host=HOST)


@pytest.fixture(scope="module")
def server(postgres_template: Postgres, certificate: tuple[Path, Path]) -> Iterator[Postgres]:
    """One that encrypts, and is reached by a name though it is here."""
    made = Postgres(
        postgres_template.programs,
        template=postgres_template,
        settings={"ssl": "on", "ssl_cert_file": "own.pem", "ssl_key_file": "own.pem"},
    )
    own = made.data / "own.pem"
    shutil.copy(certificate[1], own)
    shutil.chown(own, made.data.stat().st_uid, made.data.stat().st_gid)
    own.chmod(0o600)
    yield made.start()
    made.close()


def source(server: Postgres, *options: str, host: str = HOST) -> PostgresSource:
    """The server by a name."""
    return PostgresSource("&".join([f"{server.url()}?host={host}&hostaddr=127.0.0.1", *options]))


def test_one_whose_certificate_is_trusted_and_has_its_name_is_read(
    server: Postgres, certificate: tuple[Path, Path]
) -> None:
    trusted = source(server, f"sslrootcert={certificate[0]}")
    with trusted.connected() as session:
        assert session.connection.pgconn.ssl_in_use
    assert not [said for said in trusted.remarks() if "certificate" in said]


def test_one_that_nobody_vouches_for_is_refused(server: Postgres) -> None:
    with pytest.raises(SourceError, match="root certificate file") as refused, source(server).connected():
        pass
    assert "sslrootcert" in refused.value.mend


def test_one_with_another_name_is_refused(server: Postgres, certificate: tuple[Path, Path]) -> None:
    other = source(server, f"sslrootcert={certificate[0]}", host="other.example")
    with pytest.raises(SourceError, match=r"db\.example.* does not match"), other.connected():
        pass


def test_what_the_url_says_counts_and_is_remarked(server: Postgres) -> None:
    (said,) = (said for said in source(server, "sslmode=require").remarks() if "certificate" in said)
    assert said == "Its certificate is not verified: its URL says sslmode=require."


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://127.0.0.1/db",
        "postgresql://localhost/db",
        "postgresql://[::1]:5432,localhost/db",
        "postgresql:///db",
        "postgresql:///db?host=/run/postgresql",
        "postgresql://%2Frun%2Fpostgresql/db",
        "postgresql://localhost/db?hostaddr=127.0.0.1",
    ],
)
def test_on_this_machine_nothing_has_to_be_verified(url: str) -> None:
    assert tls_mode(url) == ""


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://db.example/db", "verify-full"),
        ("postgresql://10.0.0.1/db", "verify-full"),
        ("postgresql://localhost,db.example/db", "verify-full"),
        ("postgresql://db.example/db?hostaddr=127.0.0.1", "verify-full"),
        ("postgresql://localhost/db?hostaddr=10.0.0.1", "verify-full"),
        ("postgresql:///db?service=far", "verify-full"),
        ("postgresql://db.example/db?sslmode=verify-ca", "verify-ca"),
        ("postgresql://db.example/db?sslmode=disable", "disable"),
    ],
)
def test_elsewhere_all_of_it_is_verified_unless_the_url_says_otherwise(url: str, mode: str) -> None:
    assert tls_mode(url) == mode


def test_a_host_or_a_mode_of_libpqs_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example")
    assert tls_mode("postgresql:///db") == "verify-full"
    monkeypatch.setenv("PGSSLMODE", "require")
    assert tls_mode("postgresql:///db") == "require"
