"""Memory stays flat: what does not fit into it has one answer each."""

from collections.abc import Iterator
from itertools import repeat

import pytest

from etl_assets.connectors.files import problems, records
from etl_assets.connectors.files.records import RecordReader
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets_tests.connectors.files.landed_files import Read


@pytest.fixture
def _little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK_BYTES", 64)
    monkeypatch.setattr(records, "RETRY_BYTES", 16)
    monkeypatch.setattr(records, "HELD_BYTES", 256)


class Endless:
    """A stream that is made while it is read, and counts what was asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.given = 0

    def read(self, _size: int = -1, /) -> bytes:
        """One piece, whatever the size."""
        piece = next(self._pieces, b"")
        self.given += len(piece)
        return piece


def test_a_record_that_is_too_long_is_a_problem_of_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "RECORD_BYTES", 20)
    read = Read(b"1,2,3\n4," + b"5" * 30 + b",6\n7,8,9\n")
    assert read.good == [["1", "2", "3"], ["7", "8", "9"]]
    assert read.bad == [(2, 2, "it is longer than 16 MiB", "4," + "5" * 30 + ",6")]


@pytest.mark.usefixtures("_little_memory")
@pytest.mark.parametrize("text", [b"1,2,3\n4," + b"5" * 1000, b'1,2,3\n4,"' + b"5" * 1000 + b'",6\n'])
def test_a_line_that_never_ends_makes_the_file_unreadable(text: bytes) -> None:
    with pytest.raises(Unreadable, match="the record in line 2 does not end within"):
        Read(text)


@pytest.mark.usefixtures("_little_memory")
def test_a_quote_that_is_never_closed_costs_its_row_however_much_follows() -> None:
    read = Read(b'1,2,3\n4,"5,6\n' + b"7,8,9\n" * 500)
    assert read.good == [["1", "2", "3"], *repeat(["7", "8", "9"], 500)]
    assert [bad[0] for bad in read.bad] == [2]


@pytest.mark.usefixtures("_little_memory")
def test_many_unquoted_rows_behind_a_damaged_one_are_passed_on() -> None:
    read = Read(b'1,2,3\n4,5",6\n' + b"7,8,9\n" * 500 + b'1,"2",3\n4,5",6\n7,8,9\n')
    assert len(read.good) == 503
    assert [bad[0] for bad in read.bad] == [2, 504]


@pytest.mark.usefixtures("_little_memory")
def test_rows_between_two_damages_are_put_aside_when_nothing_proves_them() -> None:
    read = Read(b'1,2,3\n4,5",6\n' + b"7,8,9\n" * 10 + b'4,5",6\n1,"1",1\n')
    assert read.good == [["1", "2", "3"], ["1", "1", "1"]]
    assert [bad[0] for bad in read.bad] == list(range(2, 14))


@pytest.mark.usefixtures("_little_memory")
def test_rows_that_were_passed_on_in_doubt_make_the_file_unreadable_when_they_turn_out_wrong() -> None:
    with pytest.raises(
        Unreadable, match=r"its quotes do not match, and from line \d+ on its rows cannot be told apart"
    ):
        Read(b'1,2,3\n4,5",6\n' + b"7,8,9\n" * 500 + b'4,5",6\n')


@pytest.mark.usefixtures("_little_memory")
def test_a_cell_with_many_lines_may_be_longer_than_a_block() -> None:
    cell = "line\n" * 40
    read = Read(f'1,"{cell}",3\n'.encode() * 20)
    assert read.good == [["1", cell, "3"]] * 20
    assert read.lines == list(range(1, 820, 41))


@pytest.mark.usefixtures("_little_memory")
def test_cells_that_end_with_a_line_end_need_no_proof_when_nothing_is_illegal() -> None:
    assert Read(b'1,"\n",3\n' * 200).good == [["1", "\n", "3"]] * 200
    assert Read(b'1,"\n",3\n' + b"4,5,6\n" * 200).good == [["1", "\n", "3"], *repeat(["4", "5", "6"], 200)]


@pytest.mark.usefixtures("_little_memory")
def test_unproved_cells_that_were_passed_on_make_the_file_unreadable_when_something_is_illegal() -> None:
    with pytest.raises(Unreadable, match="its quotes do not match"):
        Read(b'1,"\n",3\n' * 200 + b'1,2",3\n')


def test_a_file_that_is_written_in_another_way_is_refused_before_it_is_read_to_its_end() -> None:
    stream = Endless(repeat(b'"1","she said \\"no\\"","3"\r\n' * 1000, 20))
    with pytest.raises(Unreadable, match="most of its first 5001 records are ill-quoted"):
        list(RecordReader(stream, delimiter=",").read(3))


def test_reading_asks_for_no_more_than_it_needs() -> None:
    stream = Endless(repeat(b"1,2,3\n" * 1000))
    blocks = RecordReader(stream, delimiter=",").read(3)
    seen = sum(len(next(blocks).rows) for _ in range(20))
    assert seen * 6 + 3 * records.BLOCK_BYTES > stream.given
