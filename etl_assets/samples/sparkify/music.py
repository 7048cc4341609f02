"""The songs that are played, and the files of those that are known."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from etl_assets.samples.chance import Chance
from etl_assets.samples.sparkify.story import Story
from etl_assets.samples.sparkify.words import ADJECTIVES, NOUNS, ORIGINS, VERBS

_SONGS_AN_ARTIST: Final = 4
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FOLDER_LETTERS: Final = "ABC"
_SHORTEST, _LONGEST = 9_000_000, 42_000_000
_FIRST_YEAR, _YEARS = 1965, 45
_UNDATED: Final = 0.4


@dataclass(frozen=True, kw_only=True)
class Song:
    """A song as people play it.

    Args:
        number: Among all songs.
        title: What it is called.
        artist: The number of its artist.
        artist_name: What the artist is called.
        length: In seconds.
    """

    number: int
    title: str
    artist: int
    artist_name: str
    length: float


@dataclass(frozen=True, kw_only=True)
class SongFile:
    """A file: its folder below the landing folder, its name, its content."""

    folder: str
    name: str
    content: bytes


def songs(story: Story) -> list[Song]:
    """Every song that can be played, the most popular first."""
    chance, count = story.chance("songs"), story.heard
    artists = count // _SONGS_AN_ARTIST
    whose, lengths = chance.below(artists, count).tolist(), chance.below(_LONGEST - _SHORTEST, count) + _SHORTEST
    words = zip(*(_chosen(chance, some, count) for some in (VERBS, ("", *ADJECTIVES), NOUNS)), strict=True)
    return [
        Song(
            number=number,
            title=" ".join(filter(None, parts)),
            artist=artist,
            artist_name=_artist_name(artist),
            length=length / 100_000,
        )
        for number, (parts, artist, length) in enumerate(zip(words, whose, lengths.tolist(), strict=True))
    ]


def _chosen(chance: Chance, words: Sequence[str], count: int) -> list[str]:
    places: list[int] = chance.below(len(words), count).tolist()
    return [words[place] for place in places]


def files(story: Story, catalogue: Sequence[Song]) -> list[SongFile]:
    """The files of the songs that are known, popular or not; last those that come late, the most popular first."""
    chance = story.chance("files")
    order = chance.order(len(catalogue)).tolist()[: story.known]
    early = len(order) - story.late
    return [_file(chance, catalogue[number]) for number in (*order[:early], *sorted(order[early:]))]


def _artist_name(number: int) -> str:
    """A name of its own for each."""
    names = len(ADJECTIVES) * len(NOUNS)
    name = f"The {ADJECTIVES[number % len(ADJECTIVES)]} {NOUNS[number // len(ADJECTIVES) % len(NOUNS)]}"
    return name if number < names else f"{name} {number // names + 1}"


def _file(chance: Chance, song: Song) -> SongFile:
    location, latitude, longitude = ORIGINS[song.artist % len(ORIGINS)]
    year = 0 if chance.shares(1)[0] < _UNDATED else _FIRST_YEAR + int(chance.below(_YEARS, 1)[0])
    document = {
        "num_songs": 1,
        "artist_id": _number("AR", song.artist),
        "artist_latitude": latitude,
        "artist_longitude": longitude,
        "artist_location": location,
        "artist_name": song.artist_name,
        "song_id": _number("SO", song.number),
        "title": song.title,
        "duration": song.length,
        "year": year,
    }
    letters = "".join(_FOLDER_LETTERS[place] for place in chance.below(len(_FOLDER_LETTERS), 2).tolist())
    track = _number(f"TRA{letters}", song.number)
    return SongFile(
        folder=f"song_data/A/{letters[0]}/{letters[1]}", name=f"{track}.json", content=json.dumps(document).encode()
    )


def _number(kind: str, place: int) -> str:
    """A number as the song's makers give it: letters, then digits; one for each place."""
    tail = "".join(_LETTERS[place // 26**power % 26] for power in range(4, -1, -1))
    return f"{kind}{tail}{place * 7_919 % 16**8:08X}"
