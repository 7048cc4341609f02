"""What the sparkify warehouse has to hold, from the files alone and in plain Python."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from etl_assets_tests.oracles.deliveries import Delivery

Row = dict[str, Any]
Tables = dict[str, list[Row]]

_EPOCH: Final = datetime.fromisoformat("1970-01-01")
_OPEN: Final = datetime.fromisoformat("9999-12-31")


def sparkify_tables(deliveries: Iterable[Delivery]) -> Tables:
    """Every mart, without surrogate keys: a song stands for its key by its number, None for -1."""
    told = [*deliveries]
    events, songs = _events(told), _songs(told)
    return {
        "dim_users": _users(events),
        "dim_users_history": _levels(events),
        "dim_songs": [_song(song) for song in songs],
        "dim_artists": _artists(songs),
        "dim_time": [_moment(ts) for ts in sorted({event["ts"] for event in events})],
        "fact_song_plays": _plays(events, songs),
    }


def _events(deliveries: Iterable[Delivery]) -> list[Row]:
    """Each event once, in the order of time."""
    lines = (line for file in deliveries if "events" in file.name for line in file.content.splitlines())
    once = {_place(event): event for event in map(json.loads, lines)}
    return [once[place] for place in sorted(once)]


def _place(event: Row) -> tuple[int, int, int, str]:
    return event["ts"], event["sessionId"], event["itemInSession"], event["page"]


def _songs(deliveries: Iterable[Delivery]) -> list[Row]:
    found = (json.loads(file.content) for file in deliveries if file.path.startswith("song_data/"))
    once = {song["song_id"]: song for song in found}
    return [once[number] for number in sorted(once)]


def _at(ts: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ts)


def _moment(ts: int) -> Row:
    at = _at(ts)
    parts = {"hour": at.hour, "day": at.day, "iso_week": at.isocalendar()[1], "month": at.month, "year": at.year}
    return {"time_id": ts, "at": at, **parts, "day_of_week": at.isoweekday(), "day_name": at.strftime("%A")}


def _users(events: Iterable[Row]) -> list[Row]:
    last = {event["userId"]: event for event in events if event["userId"]}
    return [{**_person(event), "level": event["level"]} for event in last.values()]


def _person(event: Row) -> Row:
    return {
        "user_id": event["userId"],
        "first_name": event["firstName"],
        "last_name": event["lastName"],
        "gender": event["gender"],
    }


def _levels(events: list[Row]) -> list[Row]:
    names, changes = {row["user_id"]: row for row in _users(events)}, defaultdict[str, list[Row]](list)
    for event in (event for event in events if event["userId"]):
        known = changes[event["userId"]]
        if not known or known[-1]["level"] != event["level"]:
            known.append({"level": event["level"], "valid_from": _at(event["ts"])})
    versions: list[Row] = []
    for user, known in changes.items():
        ends = [*(version["valid_from"] for version in known[1:]), _OPEN]
        versions += (
            {**names[user], **version, "valid_to": end, "is_current": end == _OPEN}
            for version, end in zip(known, ends, strict=True)
        )
    return versions


def _song(song: Row) -> Row:
    kept = {name: song[name] for name in ("song_id", "title", "artist_id", "duration")}
    return {**kept, "year": song["year"] or None}


def _artists(songs: Iterable[Row]) -> list[Row]:
    named = defaultdict[str, list[Row]](list)
    for song in songs:
        named[song["artist_id"]].append(song)
    return [_artist(min(some, key=_shortness)) for some in named.values()]


def _shortness(song: Row) -> tuple[int, bool, bool, str]:
    return len(song["artist_name"]), not song["artist_location"], song["artist_latitude"] is None, song["song_id"]


def _artist(song: Row) -> Row:
    return {
        "artist_id": song["artist_id"],
        "name": song["artist_name"],
        "location": song["artist_location"] or None,
        "latitude": song["artist_latitude"],
        "longitude": song["artist_longitude"],
    }


def _plays(events: Iterable[Row], songs: list[Row]) -> list[Row]:
    last = {(event["ts"], event["sessionId"]): event for event in events if event["page"] == "NextSong"}
    return [_play(event, songs) for event in last.values()]


def _play(event: Row, songs: list[Row]) -> Row:
    titled = [song for song in songs if song["title"] == event["song"]]
    called = sorted(
        (song for song in songs if song["artist_name"] == event["artist"]),
        key=lambda song: (song["artist_id"], song["song_id"]),
    )
    whole = [song for song in titled if song in called and song["duration"] == event["length"]]
    return {
        "played_at": _at(event["ts"]),
        "session_id": event["sessionId"],
        "user_id": event["userId"] or None,
        "level": event["level"],
        "song": _first(whole, "song_id"),
        "artist": _first(whole, "artist_id"),
        "title_song": _first([*whole, *titled], "song_id"),
        "name_artist": _first([*whole, *called], "artist_id"),
        "location": event["location"],
        "user_agent": event["userAgent"],
        "time_id": event["ts"],
    }


def _first(songs: list[Row], name: str) -> str | None:
    return songs[0][name] if songs else None
