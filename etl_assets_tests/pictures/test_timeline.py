"""One thing over time."""

from datetime import datetime

import pytest

from etl_assets.pictures.svg import INLINE, WIDTH
from etl_assets.pictures.timeline import Version, timeline
from etl_assets_tests.pictures.pictures_drawn import drawn, strokes, texts


def at(year: int, month: int = 1) -> datetime:
    return datetime(year, month, 1)  # noqa: DTZ001 - as the warehouse has it


ANN = (
    Version(begins=at(2010), ends=at(2014), says="Sales"),
    Version(begins=at(2014), ends=at(2018), says="Law"),
    Version(begins=at(2018), ends=None, says="Art & Design"),
)


def spans(markdown: str) -> list[tuple[int, int, int]]:
    """The bars as (begin, row, length)."""
    found = [stroke[1:].replace("h", " ").split() for stroke in strokes(drawn(markdown)[1])]
    return [(int(x), int(y), int(length)) for x, y, length in found]


def test_each_version_is_a_bar_of_its_length_below_the_one_before() -> None:
    shown = timeline("id ann", ANN, until=at(2020))
    (x1, y1, w1), (x2, y2, w2), (x3, y3, w3) = spans(shown)
    assert x1 == 0
    assert max(abs(x2 - w1), abs(x3 - w1 - w2), abs(w1 - w2)) <= 1
    assert y1 < y2 < y3
    assert abs(x3 + w3 - WIDTH) <= 1
    assert shown.partition("\n\n")[0] == "id ann: 3 versions"


def test_the_words_say_since_when_and_what() -> None:
    said, svg = drawn(timeline("id ann", ANN, until=at(2020)))
    assert texts(svg) == ["2010-01-01 Sales", "2014-01-01 Law", "2018-01-01 Art & Design"]
    assert said == "Versions of id ann"


def test_words_that_would_go_beyond_the_picture_end_with_it() -> None:
    _, svg = drawn(timeline("id ann", ANN, until=at(2020)))
    assert [element.get("text-anchor") for element in svg if element.tag.endswith("text")] == [None, None, "end"]


def test_what_held_ever_before_has_a_bar_without_a_beginning() -> None:
    ever = (Version(begins=None, ends=at(2014), says="Sales"), Version(begins=at(2014), ends=None, says="Law"))
    shown = timeline("id ann", ever, until=at(2020))
    assert texts(drawn(shown)[1]) == ["Sales", "2014-01-01 Law"]
    assert spans(shown)[0][0] == 0
    assert spans(shown)[0][2] < spans(shown)[1][2]


def test_the_first_and_the_last_time_that_there_are_can_be_drawn() -> None:
    times = (None, at(1), at(9999, 12), None)
    ever = [Version(begins=times[n], ends=times[n + 1], says="x") for n in range(3)]
    assert len(spans(timeline("id ann", ever, until=at(2020)))) == 3


@pytest.mark.parametrize("count", [8, 40])
def test_of_many_versions_the_last_are_shown_as_many_as_can_be_at_once(count: int) -> None:
    many = [Version(begins=at(1980 + n), ends=at(1981 + n), says=f"{n} " + "<&>" * 20) for n in range(count)]
    shown = timeline("id " + "x" * 60, many, until=at(2020))
    assert len(shown) < INLINE
    words = texts(drawn(shown)[1])
    assert 2 <= len(words) < count
    assert words[-1].startswith(f"{1980 + count - 1}-01-01 {count - 1} <&>")
    assert words[-1].endswith("…")
    assert f"{count} versions; the last {len(words)} are shown" in shown


def test_a_name_that_leaves_no_room_stands_alone() -> None:
    assert timeline("x" * 2000, ANN, until=at(2020)) == "x" * (INLINE - 1)


def test_a_name_is_not_taken_for_markdown() -> None:
    assert drawn(timeline("id [a](b) `c`", ANN, until=at(2020)))[0] == "Versions of id a (b) c"
