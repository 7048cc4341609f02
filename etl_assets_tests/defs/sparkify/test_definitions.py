"""The sparkify warehouse as Dagster sees it: a picture of its graph, and what every asset promises."""

import dagster as dg
import pytest

from etl_assets.definitions import defs as code_location
from etl_assets.defs.sparkify import marts, reports
from etl_assets.defs.sparkify.raw import DATASETS
from etl_assets.warehouse.models import catalogue
from etl_assets_tests.defs.sparkify.conftest import Sparkify

RAW = ("log_events", "songs")
GRAPH = {
    "raw/landing": set[str](),
    **{f"raw/{name}": {"raw/landing"} for name in RAW},
    "raw/log_events_by_day": {"raw/landing"},
    "staging/songs": {"raw/songs"},
    "staging/log_events": {"raw/log_events", "raw/log_events_by_day"},
    "marts/dim_time": {"staging/log_events"},
    "marts/dim_users_history": {"staging/log_events", "marts/dim_time"},
    "marts/dim_users": {"marts/dim_users_history"},
    "marts/dim_artists": {"staging/songs"},
    "marts/dim_songs": {"staging/songs", "marts/dim_artists"},
    "marts/fact_song_plays": {
        "staging/log_events",
        "staging/songs",
        "marts/dim_artists",
        "marts/dim_songs",
        "marts/dim_time",
        "marts/dim_users",
    },
    "reports/plays_by_hour": {"marts/dim_time", "marts/fact_song_plays"},
    "reports/levels_by_day": {"marts/fact_song_plays"},
    "reports/top_songs": {"marts/fact_song_plays", "staging/log_events"},
    "reports/top_artists": {"marts/fact_song_plays", "staging/log_events"},
    "reports/top_locations": {"marts/fact_song_plays"},
    "reports/session_length": {"marts/dim_time", "staging/log_events"},
    "reports/user_agents": {"marts/fact_song_plays"},
    "reports/conversion": {"marts/dim_users_history"},
}
TYPE2 = {
    "versions_do_not_overlap",
    "versions_have_a_length",
    "one_version_is_current",
    "unknown_member_exists",
    "facts_point_to_versions",
}
BLOCKING = {
    **{f"staging/{name}": {"every_row_is_accounted_for"} for name in RAW},
    "marts/dim_time": {"time_id_is_unique", "time_id_is_not_null"},
    "marts/dim_users_history": {"user_key_is_unique", "user_key_is_not_null", *TYPE2},
    "marts/dim_users": {"user_id_is_unique"},
    "marts/dim_artists": {"artist_key_is_unique", "artist_key_is_not_null", *TYPE2},
    "marts/dim_songs": {"song_key_is_unique", "song_key_is_not_null", "artist_id_exists_in_dim_artists", *TYPE2},
    "marts/fact_song_plays": {
        "time_id_and_session_id_are_unique",
        "time_id_is_not_null",
        "session_id_is_not_null",
        "time_id_exists_in_dim_time",
        "user_id_exists_in_dim_users",
        "song_key_exists_in_dim_songs",
        "artist_key_exists_in_dim_artists",
        "title_song_key_exists_in_dim_songs",
        "name_artist_key_exists_in_dim_artists",
        "plays_are_the_songs_that_were_started",
    },
}
WARNING = {
    "raw/landing": {"every_file_is_known"},
    **{f"raw/{name}": {"every_file_can_be_read"} for name in (*RAW, "log_events_by_day")},
    **{f"staging/{name}": {"nothing_is_quarantined"} for name in RAW},
    "marts/dim_time": {"events_are_of_a_possible_time", "pages_are_known"},
    "marts/dim_users": {"users_have_a_name", "level_is_accepted", "gender_is_accepted"},
    "marts/dim_songs": {"songs_can_be_matched"},
    "marts/fact_song_plays": {
        "plays_do_not_share_a_moment",
        "plays_say_who_and_where",
        "sessions_are_of_one_user",
        "level_is_accepted",
    },
}
LIFE = ("valid_from", "valid_to", "is_current", "is_inferred")
COLUMNS = {
    "fact_song_plays": (
        "played_at", "session_id", "user_id", "level", "song_key", "artist_key", "title_song_key", "name_artist_key",
        "location", "user_agent", "time_id",
    ),
    "dim_users": ("user_id", "first_name", "last_name", "gender", "level"),
    "dim_songs": ("song_key", "song_id", "title", "artist_id", "year", "duration"),
    "dim_artists": ("artist_key", "artist_id", "name", "location", "latitude", "longitude"),
    "dim_time": ("time_id", "at", "hour", "day", "iso_week", "month", "year", "day_of_week", "day_name"),
}  # fmt: skip


@pytest.fixture(scope="module")
def defs() -> dg.Definitions:
    """The whole code location."""
    return code_location()


@pytest.fixture(scope="module")
def specs(defs: dg.Definitions) -> dict[str, dg.AssetSpec]:
    """Every asset by its key below the warehouse."""
    every = defs.resolve_all_asset_specs()
    return {"/".join(spec.key.path[1:]): spec for spec in every if spec.key.path[0] == "sparkify"}


def test_the_graph_is_as_drawn_here(specs: dict[str, dg.AssetSpec]) -> None:
    found = {name: {"/".join(dep.asset_key.path[1:]) for dep in spec.deps} for name, spec in specs.items()}
    assert found == GRAPH


def test_shape_blocks_and_business_warns(defs: dg.Definitions) -> None:
    found: dict[bool, dict[str, set[str]]] = {True: {}, False: {}}
    every = defs.resolve_asset_graph().asset_check_keys
    for key in (key for key in every if key.asset_key.path[0] == "sparkify"):
        spec = defs.resolve_asset_graph().get_check_spec(key)
        found[spec.blocking].setdefault("/".join(key.asset_key.path[1:]), set()).add(key.name)
        assert spec.description
    assert found == {True: BLOCKING, False: WARNING}


def test_every_asset_says_what_it_is_and_whose(specs: dict[str, dg.AssetSpec]) -> None:
    for name, spec in specs.items():
        assert spec.description, name
        assert spec.owners == ["team:sparkify"]
        assert spec.group_name == ("sparkify_by_day" if name == "raw/log_events_by_day" else "sparkify")


def test_every_column_of_every_model_has_a_meaning() -> None:
    for model in (*marts.MODELS, *reports.MODELS):
        told = catalogue.column_descriptions(model, DATASETS)
        assert [name for name in catalogue.column_lineage(model) if not told.get(name)] == [], model.name


def test_the_schema_is_the_one_that_was_given_before_anything_has_landed_too(sparkify: Sparkify) -> None:
    assert all(not report.rows or report.rows == 1 for report in sparkify.receive([]).values())
    with sparkify.engine.reading() as session:
        found = {name: [*session.columns("sparkify_marts", name)] for name in COLUMNS}
    shown = {name: tuple(column for column in columns if column not in LIFE) for name, columns in found.items()}
    assert {name: sorted(columns) for name, columns in shown.items()} == {
        name: sorted(columns) for name, columns in COLUMNS.items()
    }


def test_days_begin_before_the_first_log(specs: dict[str, dg.AssetSpec]) -> None:
    days = specs["raw/log_events_by_day"].partitions_def
    assert isinstance(days, dg.TimeWindowPartitionsDefinition)
    assert days.has_partition_key("2018-11-01")
    assert not days.has_partition_key("2017-12-31")
