"""A sparkify warehouse of one's own: files are placed, it is brought up to date, tables are read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from etl_assets.connectors.files.extract import extract_files
from etl_assets.defs.sparkify import marts, raw, reports
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.warehouse.delimited import python_rows
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets_tests.oracles.deliveries import Delivery, from_folder, place
from etl_assets_tests.oracles.sparkify import Row, Tables

SONGS: Final = "song_data/A/A"
_LIFE: Final = {"valid_from", "valid_to", "is_current", "is_inferred"}
_PLAYS: Final = """
select f.played_at, f.session_id, f.user_id, f.level, s.song_id as song, a.artist_id as artist,
    t.song_id as title_song, n.artist_id as name_artist, f.location, f.user_agent, f.time_id
from sparkify_marts.fact_song_plays as f
join sparkify_marts.dim_songs as s on s.song_key = f.song_key
join sparkify_marts.dim_artists as a on a.artist_key = f.artist_key
join sparkify_marts.dim_songs as t on t.song_key = f.title_song_key
join sparkify_marts.dim_artists as n on n.artist_key = f.name_artist_key
"""


@dataclass(frozen=True)
class Sparkify:
    """The warehouse and its folders."""

    home: Path
    engine: Engine

    @property
    def landing(self) -> Path:
        """Where its files arrive."""
        return self.home / "landing" / "sparkify"

    @property
    def lake(self) -> Lake:
        """What has been extracted."""
        return open_lake(str(self.home / "lake"))

    def receive(self, deliveries: Iterable[Delivery]) -> dict[str, BuildReport]:
        """Let files land, and bring every table up to date; tells what each build did."""
        place(deliveries, self.landing)
        for dataset in raw.DATASETS:
            extract_files(dataset, self.home / "landing", self.lake)
            load_dataset(self.engine, dataset, self.lake)
        return {model.table.table: build_model(self.engine, model) for model in (*marts.MODELS, *reports.MODELS)}

    def ask(self, query: str) -> list[Row]:
        """The rows of a query."""
        with self.engine.reading() as session:
            reader = session.batches(query)
            return [dict(zip(reader.schema.names, row, strict=True)) for row in python_rows(reader)]

    def marts(self) -> Tables:
        """Every mart in the oracle's form: the songs that keys stand for, no life of what has no versions."""
        tables = {model.table.table: self._rows(model.table.qualified) for model in marts.MODELS}
        shown = {
            name: [_without_keys(name, row) for row in rows if not _is_unknown(row)] for name, rows in tables.items()
        }
        return {**shown, "fact_song_plays": self.ask(_PLAYS)}

    def everything(self) -> dict[str, list[str]]:
        """Every row of every table and report, surrogate keys and all, in an order of its own."""
        models = (*marts.MODELS, *reports.MODELS)
        return {model.name: sorted(map(repr, self._rows(model.table.qualified))) for model in models}

    def _rows(self, table: str) -> list[Row]:
        return self.ask(f"select * from {table}")


def _is_unknown(row: Row) -> bool:
    """Whether a dimension's row stands for no key."""
    return -1 in (row.get("user_key"), row.get("song_key"), row.get("artist_key"))


def _without_keys(name: str, row: Row) -> Row:
    hidden = {"user_key", "song_key", "artist_key"}
    hidden |= {"is_inferred"} if name == "dim_users_history" else _LIFE
    return {column: value for column, value in row.items() if column not in hidden}


def ordered(rows: Iterable[Row]) -> list[str]:
    """Rows in an order of their own, columns by name."""
    return sorted(repr(sorted(row.items())) for row in rows)


def event(ts: int, **told: Any) -> Row:  # noqa: ANN401 - whatever an event has
    """An event: a song of nobody known, unless it is said otherwise."""
    usual = {
        "artist": "A", "auth": "Logged In", "firstName": "Ada", "gender": "F", "itemInSession": 0, "lastName": "Lee",
        "length": 100.5, "level": "free", "location": "Eugene, OR", "method": "PUT", "page": "NextSong",
        "registration": 1540919166796.0, "sessionId": 1, "song": "S", "status": 200, "ts": ts, "userAgent": "Firefox/1",
        "userId": "7",
    }  # fmt: skip
    return {**usual, **told}


def song(number: str, **told: Any) -> Row:  # noqa: ANN401 - as above
    """A song that the usual event plays, unless it is said otherwise."""
    usual = {
        "num_songs": 1, "artist_id": "AR1", "artist_latitude": None, "artist_longitude": None, "artist_location": "",
        "artist_name": "A", "song_id": number, "title": "S", "duration": 100.5, "year": 0,
    }  # fmt: skip
    return {**usual, **told}


def log(*events: Row, name: str = "2018-11-01-events.json") -> Delivery:
    """A day's file."""
    return _delivery(f"log_data/2018/11/{name}", "".join(f"{json.dumps(one)}\n" for one in events))


def song_file(told: Row, name: str = "") -> Delivery:
    """A song's file."""
    return _delivery(f"{SONGS}/{name or told['song_id']}.json", json.dumps(told, indent=1))


def _delivery(path: str, text: str) -> Delivery:
    return Delivery(path, text.encode(), datetime.fromisoformat("2018-12-01"))


@pytest.fixture(params=["duckdb", "postgres"])
def sparkify(request: pytest.FixtureRequest, tmp_path: Path) -> Sparkify:
    """An empty warehouse; the test runs once on each engine."""
    if request.param == "postgres":
        return Sparkify(tmp_path, open_engine(request.getfixturevalue("postgres_url")))
    return on_duckdb(tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Sparkify:
    """An empty warehouse on DuckDB, where the engine plays no part."""
    return on_duckdb(tmp_path)


def on_duckdb(home: Path) -> Sparkify:
    """A warehouse in a file."""
    return Sparkify(home, open_engine(f"duckdb:///{home / 'warehouse.duckdb'}"))


@pytest.fixture(scope="session")
def real_files(real_data: Path) -> list[Delivery]:
    """The real logs and songs."""
    return from_folder(real_data / "sparkify")
