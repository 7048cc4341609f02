"""Rows as delimited text, in every form that can be declared."""

from datetime import date, datetime, time
from decimal import Decimal
from io import StringIO
from typing import Any

import pyarrow as pa
import pytest

from etl_assets.errors import DeclarationError
from etl_assets.warehouse.delimited import Delimited, cell, python_rows

TABLE = pa.table({"word": ['a,"b"', "plain", None], "number": [1, -2, None], "share": [0.1, 1e300, None]})


def text(form: Delimited, table: pa.Table = TABLE) -> str:
    file = StringIO()
    assert form.write(file, table.to_reader()) == table.num_rows
    return file.getvalue()


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (Delimited(), 'word,number,share\n"a,""b""",1,0.1\nplain,-2,1e+300\n,,\n'),
        (Delimited(header=False), '"a,""b""",1,0.1\nplain,-2,1e+300\n,,\n'),
        (Delimited(delimiter="|", lineterminator="\r\n", header=False), '"a,""b"""|1|0.1\r\nplain|-2|1e+300\r\n||\r\n'),
        (Delimited(quoting="all"), '"word","number","share"\n"a,""b""","1","0.1"\n"plain","-2","1e+300"\n"","",""\n'),
        (Delimited(quoting="nonnumeric", header=False), '"a,""b""",1,0.1\n"plain",-2,1e+300\n"","",""\n'),
        (Delimited(quoting="none", escapechar="\\", header=False), 'a\\,\\"b\\",1,0.1\nplain,-2,1e+300\n,,\n'),
        (Delimited(quotechar="'", header=False), "'a,\"b\"',1,0.1\nplain,-2,1e+300\n,,\n"),
        (Delimited(doublequote=False, escapechar="!", header=False), '"a,!"b!"",1,0.1\nplain,-2,1e+300\n,,\n'),
    ],
)  # fmt: skip
def test_every_option_has_its_effect(form: Delimited, expected: str) -> None:
    assert text(form) == expected


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": "::"},
        {"quotechar": ""},
        {"quoting": "sometimes"},
        {"quoting": "none"},
        {"doublequote": False},
        {"escapechar": "ab"},
    ],
)
def test_a_form_in_which_some_text_could_not_be_written_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError):
        Delimited(**options)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (False, "false"),
        (datetime(2020, 2, 29, 1, 2, 3, 400), "2020-02-29 01:02:03.000400"),  # noqa: DTZ001 - as the warehouse has it
        (datetime(9999, 12, 31), "9999-12-31 00:00:00"),  # noqa: DTZ001 - as above
        (date(2020, 2, 29), "2020-02-29"),
        (time(1, 2), "01:02:00"),
        (Decimal("0E-10"), "0.0000000000"),
        (Decimal("-1.50"), Decimal("-1.50")),
        (None, None),
    ],
)
def test_a_value_is_written_exactly(value: object, written: object) -> None:
    assert cell(value) == written
    assert type(cell(value)) is type(written)


def test_a_table_without_rows_has_its_header() -> None:
    assert text(Delimited(), TABLE.slice(0, 0)) == "word,number,share\n"


def test_rows_come_batch_by_batch() -> None:
    reader = pa.RecordBatchReader.from_batches(TABLE.schema, TABLE.to_batches(max_chunksize=1))
    assert [row[1] for row in python_rows(reader)] == [1, -2, None]
