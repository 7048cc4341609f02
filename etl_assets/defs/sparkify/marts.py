"""The sparkify warehouse's star: who listens, to what, when; and how each user's level went."""

from etl_assets.defs.sparkify import checks
from etl_assets.defs.sparkify.raw import DATASETS
from etl_assets.factories.models import model_asset
from etl_assets.warehouse.models.checks import not_null, references
from etl_assets.warehouse.models.declare import BEGINNING, Incremental, Table, Type2

dim_time = Incremental(
    name="sparkify/marts/dim_time",
    key=("time_id",),
    touched={"sparkify/staging/log_events": "ts"},
    checks=checks.OF_TIME,
)

dim_users_history = Type2(
    name="sparkify/marts/dim_users_history",
    key=("user_id",),
    entity="user",
    tracked=("level",),
    overwritten=("first_name", "last_name", "gender"),
)

dim_users = Table(name="sparkify/marts/dim_users", key=("user_id",), checks=checks.OF_USERS)

dim_artists = Type2(
    name="sparkify/marts/dim_artists",
    key=("artist_id",),
    entity="artist",
    overwritten=("name", "location", "latitude", "longitude"),
    beginning=BEGINNING,
)

dim_songs = Type2(
    name="sparkify/marts/dim_songs",
    key=("song_id",),
    entity="song",
    overwritten=("title", "artist_id", "year", "duration"),
    beginning=BEGINNING,
    checks=(references("artist_id", "sparkify/marts/dim_artists", "artist_id"), *checks.OF_SONGS),
)

fact_song_plays = Table(
    name="sparkify/marts/fact_song_plays",
    key=("time_id", "session_id"),
    checks=(
        not_null("time_id"),
        not_null("session_id"),
        references("time_id", "sparkify/marts/dim_time", "time_id"),
        references("user_id", "sparkify/marts/dim_users", "user_id"),
        references("song_key", "sparkify/marts/dim_songs", "song_key"),
        references("artist_key", "sparkify/marts/dim_artists", "artist_key"),
        references("title_song_key", "sparkify/marts/dim_songs", "song_key"),
        references("name_artist_key", "sparkify/marts/dim_artists", "artist_key"),
        *checks.OF_PLAYS,
    ),
)

MODELS = (dim_time, dim_users_history, dim_users, dim_artists, dim_songs, fact_song_plays)

marts = [model_asset(model, datasets=DATASETS) for model in MODELS]
