"""What lands in ``landing/sparkify``: a day's events of the application a file, and a file for each song."""

from datetime import date
from typing import Final

from etl_assets.datasets import Dataset, FilePattern, Json
from etl_assets.factories.periods import Periods, files_by_period
from etl_assets.factories.raw import landed_files, landing_folder
from etl_assets.schema import Column

_SONG_FOLDERS: Final = ("", "*/", "*/*/", "*/*/*/")
"""Songs lie in folders by the letters of their track's number, or in fewer of them."""

log_events = Dataset(
    name="sparkify/staging/log_events",
    description="What happened in the application, an event a line, each once.",
    columns=(
        Column("ts", "bigint", description="When it happened: milliseconds since 1970-01-01, UTC."),
        Column("session_id", "bigint", header="sessionId", description="The session's number."),
        Column("item_in_session", "bigint", header="itemInSession", description="Its place in the session, from 0."),
        Column("page", description="What was shown or done; `NextSong` when a song was started."),
        Column("auth", description="Whether somebody was logged in."),
        Column("user_id", header="userId", description="The user's number; NULL for nobody."),
        Column("first_name", header="firstName", description="The user's first name."),
        Column("last_name", header="lastName", description="The user's last name."),
        Column("gender", description="The user's gender, `F` or `M`."),
        Column("level", description="`free` or `paid`."),
        Column("registration", "numeric(18,0)", description="When the user registered: milliseconds since 1970-01-01."),
        Column("location", description="Where the user was: a city and its state."),
        Column("user_agent", header="userAgent", description="What the browser says of itself."),
        Column("method", description="Of the HTTP request."),
        Column("status", "bigint", description="Of the HTTP answer."),
        Column("song", description="The title of the song that was started."),
        Column("artist", description="The name of its artist."),
        Column("length", "double precision", description="How long the song is, in seconds."),
    ),
    key=("ts", "session_id", "item_in_session", "page"),
    files=(FilePattern(pattern="*{YYYY-MM-DD}*events*.json", format=Json(lines=True)),),
)

songs = Dataset(
    name="sparkify/staging/songs",
    description="Songs and their artists, a file each, as the file that came last has them.",
    columns=(
        Column("song_id", description="The song's number."),
        Column("title", description="What it is called."),
        Column("duration", "double precision", description="How long it is, in seconds."),
        Column("year", "integer", null_texts=("", "0"), description="When it came out; NULL when nobody knows."),
        Column("artist_id", nullable=False, description="The artist's number."),
        Column("artist_name", description="The artist's name, as the song gives it."),
        Column("artist_location", null_texts=("", "Unknown"), description="Where the artist is from, in words."),
        Column(
            "artist_latitude",
            "double precision",
            null_texts=("", "-9999", "-9999.0"),
            description="Where the artist is from: degrees north.",
        ),
        Column(
            "artist_longitude",
            "double precision",
            null_texts=("", "-9999", "-9999.0"),
            description="Where the artist is from: degrees east.",
        ),
        Column("num_songs", "bigint", description="How many songs the file tells of: 1."),
    ),
    key=("song_id",),
    files=tuple(FilePattern(pattern=f"song_data/{folder}*.json", format=Json(single=True)) for folder in _SONG_FOLDERS),
)

DATASETS = (log_events, songs)

BY_DAY = (Periods(dataset=log_events, every="day", first=date(2018, 1, 1)),)
"""Logs are of a day each, and any of them can be brought in by itself."""

BESIDES = ("log_json_path.json",)
"""What lies beside them: the fields of a log in the words of Redshift."""

landing = landing_folder(DATASETS, besides=BESIDES)
raw = [landed_files(dataset) for dataset in DATASETS]
by_day = [files_by_period(periods) for periods in BY_DAY]
