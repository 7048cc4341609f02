"""What becomes of odd rows of DMS' files: each value exactly, or its row in the quarantine with the reason."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from etl_assets.components.bucket import read_bucket
from etl_assets.connectors.files.again import extract_again
from etl_assets.lake.lake import open_lake
from etl_assets_tests.defs.dms.bucket import Filled, Rows, variables

_ODD = """
attributes:
  tables:
    - table: app/odd
      key: id
      scientific: {scientific}
      columns:
        id: bigint
        amount: numeric(20,4)
        day: date
        note: text
"""
_CHANGES = (
    'I,1,+5.0656000000000000e+05,2024-01-31,"a\rb"\n'
    'I,+2.0000000000000000e+00,1,NULL,"x ""y"", z\r\n"\n'
    "I,3,NULL,NULL,\n"
    "I,4,1.5e-03,0001-01-01,NULL\n"
    "I,5,12345678901234567890,2024-01-01,too long\n"
    "I,1.5e+00,1,2024-01-01,half\n"
    "I,6,1,,empty day\n"
    "X,7,1,NULL,no operation\n"
    "I,NULL,1,NULL,no key\n"
    "I,8,1,NULL\n"
    'I,9,1,NULL,"nul\0"\n'
    "I,10,1,2024-02-30,no day\n"
    "D,11,NULL,NULL,NULL\n"
)
_MARTS: Rows = [
    (1, Decimal("506560.0000"), date(2024, 1, 31), "a\rb"),
    (2, Decimal("1.0000"), None, 'x "y", z\r\n'),
    (3, None, None, ""),
    (4, Decimal("0.0015"), date(1, 1, 1), None),
]
_ALWAYS = [
    ("5", "amount", "12345678901234567890", "out of range for numeric(20,4)"),
    ("1.5e+00", "id", "1.5e+00", "not a whole number"),
    ("6", "day", "", "not a date as YYYY-MM-DD"),
    ("7", "operation", "X", "none of I, U, D"),
    ("NULL", "id", "NULL", "must not be empty"),
    ("8", None, None, "it has 4 cells instead of 5"),
    ("9", None, None, "it has a NUL byte"),
    ("10", "day", "2024-02-30", "no such date"),
]


def odd(folder: Path, url: str, *, scientific: str) -> Filled:
    filled = Filled.of(folder, url, _ODD.format(scientific=scientific))
    filled.land("app/odd/20240101-000000000.csv", _CHANGES)
    return filled


def quarantined(filled: Filled) -> list[tuple[object, ...]]:
    return filled.rows("select column_name, value, reason from etl.quarantine order by row_number")


def test_odd_values_are_there_and_bad_rows_are_told(tmp_path: Path, url: str) -> None:
    filled = odd(tmp_path, url, scientific="true")
    filled.run()
    assert sorted(filled.rows("select id, amount, day, note from dms_marts.odd")) == _MARTS
    assert quarantined(filled) == [row[1:] for row in _ALWAYS]


def test_a_replay_loads_what_the_new_declaration_understands_and_nothing_else(tmp_path: Path, url: str) -> None:
    filled = odd(tmp_path, url, scientific="false")
    filled.run()
    whole = ("id", "+2.0000000000000000e+00", "not a whole number")
    assert quarantined(filled) == [whole, *(row[1:] for row in _ALWAYS)]
    filled.bucket = read_bucket(_ODD.format(scientific="true"), "defs.yaml", variables)
    (dataset,), lake = filled.bucket.datasets, open_lake(str(filled.folder / "lake"))
    ids = [entry.file_id for manifest in lake.manifests(dataset.name) for entry in manifest.files]
    (attempt,) = extract_again(dataset, filled.folder / "landing", lake, ids)
    assert attempt.outcome == "read again"
    filled.run()
    assert sorted(filled.rows("select id, amount, day, note from dms_marts.odd")) == _MARTS
    assert quarantined(filled) == [row[1:] for row in _ALWAYS]
