"""The addresses of warehouses and sources: refused early when they cannot work, and shown without their secrets.

PostgreSQL's own client takes a URL apart, so that what is hidden here is what it takes for a secret; its complaints are
never repeated, since they quote the URL.
"""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from etl_assets.errors import SettingsError

HIDDEN: Final = "***"
_POSTGRES: Final = ("postgresql", "postgres")
_FORMS: Final = "Use duckdb:///FILE or postgresql://user@host:port/database."
_SOURCE_FORMS: Final = "Use sqlite:///FILE or postgresql://user@host:port/database."
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PORTS: Final = re.compile(r"(\d{0,5}(,\d{0,5})*)?")
_SECRET: Final = frozenset({"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"})
_DUCKDB_OPTIONS: Final = ("memory_limit", "threads")
_LEDGERS: Final = "etl"
_VERIFYING: Final = "verify-full"
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX: Final = re.compile(r"[A-Za-z0-9!_.*'()=,@+/ -]*")
_PLACE: Final = frozenset({"user", "password", "host", "port", "dbname"})


def scheme_of(url: str) -> str:
    """What stands before ``://``; empty when nothing does that could be a scheme."""
    found = _SCHEME.match(url)
    return found[1].lower() if found else ""


def warehouse_url(name: str, url: str) -> str:
    """A warehouse's URL in the form that the engines take.

    Args:
        name: The setting that it is the value of.
        url: What was given.

    Raises:
        SettingsError: When no engine can use it; the message shows no secret.
    """
    scheme = scheme_of(url)
    if scheme == "duckdb":
        _refuse_no_file(name, url)
        _refuse_unknown_options(name, url)
        return url
    if scheme in _POSTGRES:
        if _taken_apart(url) is None:
            message = f"{name} is no URL that PostgreSQL's client understands."
            mend = "Write postgresql://user@host:port/database; in a password % @ / : ? are %25 %40 %2F %3A %3F."
            raise SettingsError(message, mend=mend)
        return f"postgresql://{url.partition('://')[2]}"
    message = f"{name} has the unknown scheme {scheme!r}." if scheme else f"{name} is no URL."
    raise SettingsError(message, mend=_FORMS)


def source_url(name: str, url: str) -> str:
    """An operational database's URL in the form that its readers take.

    Args:
        name: The setting that it is the value of.
        url: What was given.

    Raises:
        SettingsError: When it is neither SQLite's nor PostgreSQL's; the message shows no secret.
    """
    scheme = scheme_of(url)
    if scheme == "sqlite":
        if not url.startswith("sqlite:///") or not sqlite_file(url).name or sqlite_file(url).is_dir():
            message = f"{name} is {url}, which names no file."
            raise SettingsError(message, mend="Write three slashes and the path of a file: sqlite:///var/totesys.db.")
        return f"sqlite:///{sqlite_file(url).absolute()}"
    if scheme in _POSTGRES:
        return warehouse_url(name, url)
    message = f"{name} has the unknown scheme {scheme!r}." if scheme else f"{name} is no URL."
    raise SettingsError(message, mend=_SOURCE_FORMS)


def folder_or_bucket(name: str, url: str) -> str:
    """The place of files: the whole path of a folder, or ``s3://bucket/prefix``.

    Args:
        name: The setting that it is the value of.
        url: What was given.

    Raises:
        SettingsError: When it is neither; the message shows no secret.
    """
    if "://" not in url:
        return str(Path(url).expanduser().absolute())
    if not is_bucket(url):
        message = f"{name} is {shown_url(url)}, which is neither a folder nor a bucket."
        raise SettingsError(message, mend="Give the path of a folder, or s3://bucket/prefix.")
    bucket, prefix = bucket_parts(url)
    if not _BUCKET.fullmatch(bucket) or not _PREFIX.fullmatch(prefix) or {"", ".", ".."} & {*prefix.split("/")[:-1]}:
        message = f"{name} is {shown_url(url)}, which names no bucket and prefix."
        raise SettingsError(
            message, mend="Write s3://bucket/prefix, with the bucket's own name, and nothing behind it."
        )
    return f"s3://{bucket}/{prefix}".rstrip("/")


def is_bucket(url: str) -> bool:
    """Whether a place of files is in a bucket."""
    return url.startswith("s3://")


def bucket_parts(url: str) -> tuple[str, str]:
    """The bucket, and the prefix with the slash that ends it; it is empty where all of the bucket is meant."""
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    prefix = prefix.rstrip("/")
    return bucket, f"{prefix}/" if prefix else ""


def sqlite_file(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(url.removeprefix("sqlite:///")).expanduser()


def place_name(url: str) -> str:
    """What a database is called in the name of a file: where it is, without user and secrets."""
    if scheme_of(url) == "sqlite":
        return sqlite_file(url).stem
    parts = _taken_apart(url) or {}
    named = [parts.get("dbname", "postgres"), parts.get("host", "local"), parts.get("port", "5432")]
    return re.sub(r"[^\w.-]", "-", "_".join(named))


def tls_mode(url: str) -> str:
    """How PostgreSQL's client is to encrypt and to verify; nothing where the server is on this machine.

    Whoever is elsewhere has to show a certificate for its name, unless the URL or ``PGSSLMODE`` says otherwise.
    """
    from psycopg.pq import Conninfo

    parts = _taken_apart(url) or {}
    known = {option.keyword.decode(): option for option in Conninfo.get_defaults()}
    told = {name: (parts.get(name) or (known[name].val or b"").decode()) for name in ("host", "hostaddr", "service")}
    if not told["service"] and all(
        _is_here(place) for place in (*told["host"].split(","), *told["hostaddr"].split(","))
    ):
        return ""
    mode = known["sslmode"]
    of_environment = (mode.val or b"").decode() if mode.val != mode.compiled else ""
    return parts.get("sslmode") or of_environment or _VERIFYING


def shown_url(url: str) -> str:
    """The URL without its secrets, fit for logs and messages."""
    scheme = scheme_of(url)
    if scheme in _POSTGRES:
        parts = _taken_apart(url)
        return f"postgresql://{HIDDEN}" if parts is None else _postgres_url(parts)
    if scheme in ("duckdb", "sqlite"):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"{scheme}://{HIDDEN}"
    before, found, host = parts.netloc.rpartition("@")
    user = f"{before.partition(':')[0]}:{HIDDEN}@" if found else ""
    return parts._replace(netloc=f"{user}{host}", query=HIDDEN if parts.query else "").geturl()


def duckdb_parts(url: str) -> tuple[Path, dict[str, str]]:
    """The file of a DuckDB warehouse, and the options behind it."""
    path, _, options = url.removeprefix("duckdb:///").partition("?")
    return Path(path).expanduser(), dict(parse_qsl(options, keep_blank_values=True))


def without_secrets(text: str, url: str) -> str:
    """What a driver says, with the URL's secrets hidden if it quotes them."""
    parts = _taken_apart(url) if scheme_of(url) in _POSTGRES else None
    for secret in sorted((value for name, value in (parts or {}).items() if name in _SECRET and value), key=len):
        text = text.replace(secret, HIDDEN)
    return text


def _refuse_no_file(name: str, url: str) -> None:
    path = url.removeprefix("duckdb:///").partition("?")[0]
    if not url.startswith("duckdb:///"):
        message = f"{name} is {url}: after duckdb: there are three slashes and the path of a file."
        raise SettingsError(message, mend=f"Write duckdb:///{url.partition('://')[2] or 'var/warehouse.duckdb'}.")
    if path.startswith(":") or path.endswith("/") or not path.strip() or Path(path).expanduser().is_dir():
        message = f"{name} is {url}, which names no file."
        raise SettingsError(message, mend="Write three slashes and the path of a file: duckdb:///var/warehouse.duckdb.")
    if Path(path).stem.lower() == _LEDGERS:
        message = (
            f"{name} is {url}: DuckDB names a database after its file, and {_LEDGERS} is the schema of the ledgers."
        )
        raise SettingsError(message, mend="Give the file another name, as warehouse.duckdb.")


def _refuse_unknown_options(name: str, url: str) -> None:
    if unknown := sorted(duckdb_parts(url)[1].keys() - set(_DUCKDB_OPTIONS)):
        message = f"{name} has the unknown option {', '.join(unknown)}."
        raise SettingsError(message, mend=f"Known are {', '.join(_DUCKDB_OPTIONS)}: duckdb:///FILE?memory_limit=4GB.")


def _taken_apart(url: str) -> dict[str, str] | None:
    """What libpq makes of a URL; None when it cannot, or when a piece of a password would be read as a place."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except (ProgrammingError, UnicodeError):
        return None
    misread = "@" in parts.get("host", "") + parts.get("dbname", "") or not _PORTS.fullmatch(parts.get("port", ""))
    return None if misread else parts


def _postgres_url(parts: dict[str, str]) -> str:
    """The URL again, from its parts."""
    hosts, ports = parts.get("host", "").split(","), parts.get("port", "").split(",")
    ports = ports if len(ports) == len(hosts) else ports * len(hosts)
    places = [_host(host) + (f":{port}" if port else "") for host, port in zip(hosts, ports, strict=False)]
    secret = f":{HIDDEN}" if "password" in parts else ""
    user = f"{quote(parts.get('user', ''), safe='')}{secret}@" if "user" in parts or secret else ""
    others = {name: HIDDEN if name in _SECRET else value for name, value in parts.items() if name not in _PLACE}
    query = f"?{urlencode(others, safe='*/')}" if others else ""
    return f"postgresql://{user}{','.join(places)}/{quote(parts.get('dbname', ''))}{query}"


def _is_here(place: str) -> bool:
    """Whether a host or an address is this machine's own: none, a socket, or one that never leaves it."""
    try:
        return place in {"", "localhost"} or place[0] in "/@" or ip_address(place).is_loopback
    except ValueError:
        return False


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else quote(host, safe="")
