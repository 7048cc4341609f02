"""Items come as they are made, the next one while one is used."""

import threading
from collections.abc import Iterator

import pytest

from etl_assets.ahead import ahead


def test_every_item_comes_once_and_in_order() -> None:
    for count in (0, 1, 2, 3, 500):
        assert list(ahead(range(count))) == [*range(count)]


def test_one_is_made_while_one_is_used_and_no_more() -> None:
    made: list[int] = []
    third = threading.Event()

    def making() -> Iterator[int]:
        for number in range(9):
            made.append(number)
            if number == 3:
                third.set()
            yield number

    items = ahead(making())
    assert [next(items) for _ in range(3)] == [0, 1, 2]
    assert third.wait(5)
    assert made == [0, 1, 2, 3]
    items.close()
    assert made == [0, 1, 2, 3]


def test_few_items_are_made_without_a_thread() -> None:
    threads: list[threading.Thread] = []

    def making() -> Iterator[int]:
        for number in range(2):
            threads.append(threading.current_thread())
            yield number

    assert list(ahead(making())) == [0, 1]
    assert set(threads) == {threading.current_thread()}


@pytest.mark.parametrize("place", [0, 1, 2, 5])
def test_what_making_one_raises_comes_where_it_would_be(place: int) -> None:
    def making() -> Iterator[int]:
        yield from range(place)
        message = "it is broken"
        raise ValueError(message)

    found: list[int] = []
    with pytest.raises(ValueError, match="it is broken"):
        found.extend(ahead(making()))
    items = ahead(making())
    assert [next(items) for _ in range(place)] == [*range(place)]
    with pytest.raises(ValueError, match="it is broken"):
        next(items)


def test_nothing_goes_on_when_its_user_stops() -> None:
    before = threading.active_count()
    items = ahead(range(100))
    assert [next(items) for _ in range(5)] == [0, 1, 2, 3, 4]
    items.close()
    assert threading.active_count() == before
