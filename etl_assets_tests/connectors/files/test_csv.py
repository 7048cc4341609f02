"""Delimited text: what is well-formed comes back exactly, what is not says why, and nothing is guessed."""

import numpy as np
import pytest

from etl_assets.connectors.files.csv import parsed
from etl_assets.connectors.files.records import Records
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.datasets import Csv
from etl_assets.errors import EtlError
from etl_assets.schema import Column
from etl_assets_tests.connectors.files.landed_files import Read

HEADER = Csv(header=True)
ILL_QUOTED = "a quote is not closed or stands in the wrong place"
IN_DOUBT = "a quote near it is not closed, so its cells cannot be told apart"


def test_two_readings_of_the_same_text_have_to_agree() -> None:
    records = Records(text=b"1,2\n", rows=np.array([1, 2]), lines=np.array([1, 2]))
    with pytest.raises(EtlError, match="Two readings of the same text differ: 1 and 2 rows"):
        parsed(records, ("a", "b"), ",")


def test_cells_are_text_and_nothing_is_made_of_them() -> None:
    read = Read(b'007,1e3,2020-02-30\r\n" x ",NULL,true\r\n')
    assert read.good == [["007", "1e3", "2020-02-30"], [" x ", "NULL", "true"]]
    assert (read.rows, read.lines, read.bad) == ([1, 2], [1, 2], [])


def test_an_empty_cell_is_null_and_a_quoted_one_is_the_empty_text() -> None:
    assert Read(b',"",x\n').good == [[None, "", "x"]]


def test_quotes_keep_delimiters_quotes_and_line_ends() -> None:
    read = Read(b'"a,b","c""d","e\r\nf\ng\rh"\r\n1,2,3\r\n')
    assert read.good == [["a,b", 'c"d', "e\r\nf\ng\rh"], ["1", "2", "3"]]
    assert read.lines == [1, 4]


def test_lines_may_end_with_lf_or_crlf_and_the_last_need_not_end() -> None:
    assert Read(b"1,2,3\n4,5,6\r\n7,8,9").good == [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]]


def test_another_delimiter() -> None:
    assert Read(b"1;2,5;3\n", form=Csv(delimiter=";")).good == [["1", "2,5", "3"]]


def test_a_row_with_too_few_or_too_many_cells_is_a_problem_of_that_row() -> None:
    read = Read(b"1,2,3\n4,5\n6,7,8,9\n,,\n")
    assert read.good == [["1", "2", "3"], [None, None, None]]
    assert read.bad == [(2, 2, "it has 2 cells instead of 3", "4,5"), (3, 3, "it has 4 cells instead of 3", "6,7,8,9")]


def test_an_empty_line_is_a_problem_unless_there_is_one_column_only() -> None:
    assert Read(b"1,2,3\r\n\r\n").bad == [(2, 2, "an empty line", "")]
    assert Read(b'x\n\n""\ny\n', "a").good == [["x"], [None], [""], ["y"]]


def test_a_nul_byte_is_a_problem_of_its_row() -> None:
    read = Read(b'1,2,3\n4,\x005,6\n"7","8\n\x00","9"\n1,1,1\n')
    assert read.good == [["1", "2", "3"], ["1", "1", "1"]]
    assert read.bad == [(2, 2, "it has a NUL byte", "4,\\x005,6"), (3, 3, "it has a NUL byte", '"7","8\n\\x00","9"')]


def test_another_encoding_is_a_problem_of_the_rows_that_show_it() -> None:
    read = Read("1,é,3\n".encode() + "4,é,6\n7,8,9\n".encode("latin-1"))
    assert read.good == [["1", "é", "3"], ["7", "8", "9"]]
    assert read.bad == [(2, 2, "it is not UTF-8", "4,\\xe9,6")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_a_file_in_utf16_or_utf32_is_unreadable(encoding: str) -> None:
    text = ("" if encoding in {"utf-16", "utf-32"} else "\ufeff") + "1,2,3\n"
    with pytest.raises(Unreadable, match="it is not UTF-8 but UTF-16 or UTF-32"):
        Read(text.encode(encoding))


def test_a_byte_order_mark_is_dropped_and_said() -> None:
    read = Read(b'\xef\xbb\xbf"1",2,3\n')
    assert read.good == [["1", "2", "3"]]
    assert read.notes == ["It begins with a byte order mark, which was dropped."]


def test_a_byte_order_mark_elsewhere_is_content() -> None:
    bom = "\ufeff".encode()
    assert Read(bom + bom + b"1,2,3\n" + bom + b"4,5,6\n").good == [["\ufeff1", "2", "3"], ["\ufeff4", "5", "6"]]


@pytest.mark.parametrize("text", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_rows_and_says_so(text: bytes) -> None:
    for form in (Csv(), HEADER):
        read = Read(text, form=form)
        assert read.raw == []
        assert read.notes[-1] == "It is empty."


def test_a_carriage_return_alone_is_a_problem_of_its_row() -> None:
    read = Read(b"1,2,3\n4,5\r,6\n7,8,9\r\r\n1,1,1\n")
    assert read.good == [["1", "2", "3"], ["1", "1", "1"]]
    assert read.bad == [
        (2, 2, "a carriage return stands alone", "4,5\r,6"),
        (3, 3, "a carriage return stands alone", "7,8,9\r"),
    ]


def test_lines_that_end_with_carriage_returns_alone_make_the_file_unreadable() -> None:
    for form in (Csv(), HEADER):
        with pytest.raises(Unreadable):
            Read(b"a,b,c\r1,2,3\r", form=form)
    with pytest.raises(Unreadable, match="LF or CRLF is read"):
        Read(b"1,2,3\r4,5,6")


def test_a_header_names_the_columns_in_any_order() -> None:
    read = Read(b"c,a,b\n1,2,3\n", form=HEADER)
    assert read.good == [["2", "3", "1"]]
    assert (read.rows, read.lines) == ([1], [2])


def test_columns_are_found_by_their_titles() -> None:
    columns = [Column("sla", header="Assign SLA"), Column("id")]
    assert Read(b'id,"Assign SLA"\n1,2\n', columns, HEADER).good == [["2", "1"]]


def test_a_header_may_have_line_ends_in_its_cells() -> None:
    read = Read(b'"a\nx",b\n1,2\n', [Column("a", header="a\nx"), Column("b")], HEADER)
    assert (read.good, read.lines) == ([["1", "2"]], [3])


def test_a_missing_column_refuses_the_file_by_name() -> None:
    with pytest.raises(Unreadable, match=r"the column 'c' is missing in its header \('a', 'B', 'b'\)"):
        Read(b"a,B,b\n1,2,3\n", form=HEADER)
    with pytest.raises(Unreadable, match="the columns 'b', 'c' are missing"):
        Read(b"a\n1\n", form=HEADER)


def test_a_title_that_is_there_twice_refuses_the_file() -> None:
    with pytest.raises(Unreadable, match="its header has the title 'b' twice"):
        Read(b"a,b,c,b\n", form=HEADER)


@pytest.mark.parametrize("text", [b'"a,b,c\n1,2,3\n', b'a"x,b,c\n1,2,3\n', b"\xff,b,c\n1,2,3\n"])
def test_an_ill_formed_header_refuses_the_file(text: bytes) -> None:
    with pytest.raises(Unreadable, match="its header is ill-formed"):
        Read(text, form=HEADER)


def test_columns_that_are_not_declared_are_kept_and_said() -> None:
    read = Read(b"a,new,b,A,_row,,c\n1,2,3,4,5,6,7\n", form=HEADER)
    assert {name: read.raw[0][name] for name in ("a", "b", "c", "new", "A_2", "row_2", "column_6", "_row")} == {
        "a": "1", "b": "3", "c": "7", "new": "2", "A_2": "4", "row_2": "5", "column_6": "6", "_row": 1,
    }  # fmt: skip
    assert read.notes == ["Kept but not declared: the columns new, A_2, row_2, column_6."]


@pytest.mark.parametrize("text", [b"a,b,c", b"a,b,c\r\n", b"\xef\xbb\xbfa,b,c\n"])
def test_a_header_without_rows_is_said(text: bytes) -> None:
    read = Read(text, form=HEADER)
    assert read.raw == []
    assert read.notes[-1] == "It has a header only."


@pytest.mark.parametrize("text", [b"a,b,c\n1,2,3\n", b'"A"," b ",C\r\n1,2,3\r\n'])
def test_a_header_where_none_is_due_is_a_problem_of_that_row_only(text: bytes) -> None:
    read = Read(text)
    assert read.good == [["1", "2", "3"]]
    assert [(row, line, reason) for row, line, reason, _ in read.bad] == [(1, 1, "a header where none is due")]


def test_a_header_where_none_is_due_may_have_the_titles_instead_of_the_names() -> None:
    columns = [Column("a", header="First"), Column("b")]
    assert [bad[2] for bad in Read(b"first,b\n1,2\n", columns).bad] == ["a header where none is due"]
    assert Read(b"1,2\na,b\n", columns).bad == []


def test_the_end_of_an_unclosed_quote_is_found_and_one_row_is_lost_to_it() -> None:
    read = Read(b'"1","2","3"\r\n"4","5,"6"\r\n"7","8","9"\r\n')
    assert (read.good, read.lines) == ([["1", "2", "3"], ["7", "8", "9"]], [1, 2, 3])
    assert read.bad == [(2, 2, ILL_QUOTED, '"4","5,"6"')]


@pytest.mark.parametrize(
    "row",
    [
        b'4,5,"6',
        b'4,"5,6',
        b'"4,5,6',
        b'4,5,6"',
        b'4,5"x,6',
        b'4,"5"x,6',
        b'4, "5",6',
        b'4,"5" ,6',
        b'"4","5,"6"',
        b'"',
    ],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [(b"1,2,3", b"7,8,9"), (b'"1","2","3"', b'"7","8","9"'), (b"1,2,3", b'7,"8","9"'), (b'1,"2",3', b"7,8,9\n7,8,9")],
)
def test_an_illegal_quote_is_a_problem_of_its_row_only(before: bytes, row: bytes, after: bytes) -> None:
    read = Read(b"\n".join([before, row, after, b""]))
    assert read.good == [["1", "2", "3"], *([["7", "8", "9"]] * (after.count(b"\n") + 1))]
    assert read.bad == [(2, 2, ILL_QUOTED, row.decode())]


def test_an_unclosed_quote_in_the_last_row_is_a_problem_of_that_row() -> None:
    read = Read(b'1,2,3\n4,5,"6')
    assert (read.good, read.bad) == ([["1", "2", "3"]], [(2, 2, ILL_QUOTED, '4,5,"6')])


def test_an_illegal_quote_in_a_record_of_many_lines_costs_all_of_its_lines_and_no_more() -> None:
    read = Read(b'1,"two\nlines",3\n4,"fi\nv"e",6\n7,"ei\nght",9\n')
    assert read.good == [["1", "two\nlines", "3"], ["7", "ei\nght", "9"]]
    assert read.bad == [(2, 3, ILL_QUOTED, '4,"fi'), (3, 4, ILL_QUOTED, 'v"e",6')]
    assert read.lines == [1, 3, 4, 5]


def test_where_two_rows_may_be_the_damaged_one_both_are_put_aside() -> None:
    damaged_in_row_3 = b'1,"2",3\n4,"5\n",6\n7,8",9\n1,"1",1\n'
    read = Read(damaged_in_row_3)
    assert read.good == [["1", "2", "3"], ["1", "1", "1"]]
    assert read.bad == [(2, 2, ILL_QUOTED, '4,"5'), (3, 3, IN_DOUBT, '",6'), (4, 4, ILL_QUOTED, '7,8",9')]


def test_a_record_of_two_lines_at_the_end_is_no_line() -> None:
    read = Read(b'"1\r\n,",2\r\n,3\r"', "ab")
    assert read.good == []
    assert "".join(bad[3] for bad in read.bad) == '"1,",2,3\r"'


def test_lines_behind_an_unclosed_quote_are_rows_only_if_all_of_them_look_like_rows() -> None:
    assert Read(b'1,"2,3\n4,5,6\n7,"8",9\n').good == [["4", "5", "6"], ["7", "8", "9"]]
    read = Read(b'1,"2,3\n4,5,6\nand so on\n7,"8",9\n1,1,1\n')
    assert read.good == [["1", "1", "1"]]
    assert [(bad[0], bad[2]) for bad in read.bad] == [(1, ILL_QUOTED), (2, IN_DOUBT), (3, IN_DOUBT), (4, ILL_QUOTED)]


def test_in_one_column_a_line_behind_an_unclosed_quote_may_be_a_row_or_not() -> None:
    read = Read(b'"1"\n"2\n3\n"4"\n"5"\n', "a")
    assert read.good == [["1"], ["5"]]
    assert read.bad == [(2, 2, ILL_QUOTED, '"2'), (3, 3, IN_DOUBT, "3"), (4, 4, ILL_QUOTED, '"4"')]


def test_the_same_damage_again_and_again_costs_its_rows_only() -> None:
    read = Read(b'"1","2","3"\n"1","2,"3"\n' * 200)
    assert read.good == [["1", "2", "3"]] * 200
    assert [bad[0] for bad in read.bad] == list(range(2, 401, 2))
