"""What the lake asks of a place, and every kind of place gives: a key appears once, whole, or not at all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import pairwise
from random import Random

import pytest

from etl_assets.bucket import PART_BYTES
from etl_assets.errors import LakeError
from etl_assets.lake.storage import Storage


def test_what_was_put_is_there_for_others(storage: Storage, opened: Callable[[], Storage]) -> None:
    assert storage.put_if_absent("a/b/key", b"bytes")
    other = opened()
    assert (other.read("a/b/key"), other.size("a/b/key")) == (b"bytes", 5)
    assert other.local_path("a/b/key").read_bytes() == b"bytes"
    with other.open_input("a/b/key") as file:
        assert file.read() == b"bytes"


@pytest.mark.parametrize("same", [False, True], ids=["other bytes", "the same bytes"])
def test_of_many_writers_of_one_key_exactly_one_wins_and_its_bytes_stay(
    opened: Callable[[], Storage], *, same: bool
) -> None:
    contents = [str(0 if same else number).encode() * 1000 for number in range(64)]
    with ThreadPoolExecutor(64) as pool:
        won = list(pool.map(lambda content: opened().put_if_absent("a/b/key", content), contents))
    assert sum(won) == 1
    assert opened().read("a/b/key") == contents[won.index(True)]
    assert list(opened().list("a")) == ["a/b/key"]


def test_an_output_that_is_not_published_leaves_nothing(storage: Storage) -> None:
    with storage.open_output() as output:
        output.write(b"half")
    assert list(storage.list("a")) == []


@pytest.mark.parametrize("size", [0, 3, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 5])
def test_an_output_tells_size_and_hash_and_appears_whole(
    storage: Storage, opened: Callable[[], Storage], size: int
) -> None:
    data = Random(size).randbytes(size)  # noqa: S311 - bytes to compare, no secret
    with storage.open_output() as output:
        for start, end in pairwise([*range(0, size, 1_000_003), size]):
            output.write(data[start:end])
        assert (output.size, output.sha256) == (size, sha256(data).hexdigest())
        assert list(opened().list("x")) == []
        output.publish("x/y")
    for one in (storage, opened()):
        assert (one.size("x/y"), one.local_path("x/y").read_bytes() == data) == (size, True)


def test_a_key_that_is_published_again_has_the_last_bytes(storage: Storage, opened: Callable[[], Storage]) -> None:
    for data in (b"first", b"last"):
        with storage.open_output() as output:
            output.write(data)
            output.publish("x/y")
    assert opened().read("x/y") == b"last"


@pytest.mark.parametrize("key", ["", "/x", "../x", "a/../x", "a//b", ".hidden", "a/.b", "a\\b", "a\nb", "\ud800"])
def test_a_key_cannot_lead_out_of_the_lake(storage: Storage, key: str) -> None:
    for refused in (lambda: storage.put_if_absent(key, b""), lambda: storage.read(key), lambda: storage.size(key)):
        with pytest.raises(LakeError, match="cannot be a key"):
            refused()


def test_the_keys_below_a_folder_come_in_order_without_those_beside_it(storage: Storage) -> None:
    for key in ("b/2", "b/1", "b/c/3", "bb/1", "a/1"):
        storage.put_if_absent(key, key.encode())
    storage.probe()
    assert list(storage.list("b")) == ["b/1", "b/2", "b/c/3"]
    assert list(storage.list("nothing")) == []


def test_many_keys_are_read_in_their_order(storage: Storage, opened: Callable[[], Storage]) -> None:
    keys = [f"m/{number:04}.json" for number in range(50)]
    for key in keys:
        storage.put_if_absent(key, key.encode())
    assert list(opened().read_many(reversed(keys))) == [key.encode() for key in reversed(keys)]
    with pytest.raises(LakeError, match=r"m/none\.json of the lake"):
        list(opened().read_many([*keys, "m/none.json"]))


def test_a_missing_key_is_named(storage: Storage) -> None:
    assert storage.size("a/none") is None
    for look in (storage.read, storage.open_input, lambda key: storage.local_path(key).stat()):
        with pytest.raises((LakeError, FileNotFoundError), match="a/none"):
            look("a/none")


def test_names_of_all_tongues_are_keys(storage: Storage, opened: Callable[[], Storage]) -> None:
    key = "d/ключ é 语 +&=?#%20.json"
    storage.put_if_absent(key, b"1")
    assert list(opened().list("d")) == [key]
    assert opened().read(key) == b"1"


def test_a_place_that_can_be_written_says_where_it_is(storage: Storage) -> None:
    assert storage.probe() == storage.uri == storage.probe()
