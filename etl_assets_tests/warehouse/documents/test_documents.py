"""Documents in tables, on each engine: arrays below arrays, changed kinds, new fields, fields that go."""

import json
import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl_assets.errors import LoadRefused
from etl_assets.warehouse.documents.declare import DocumentsReport
from etl_assets.warehouse.engines import Engine
from etl_assets_tests.defs.dms.bucket import Filled

_DECLARED = """
attributes:
  tables:
    - table: app/things
      key: _id
      columns: {_id: text, _doc: document}
"""


@pytest.fixture
def filled(engine: Engine, tmp_path: Path) -> Filled:
    """A bucket with a collection."""
    return Filled.of(tmp_path, engine.url, _DECLARED)


def lay(filled: Filled, number: int, **documents: Any) -> DocumentsReport:  # noqa: ANN401 - whatever JSON holds
    """Let a file of changes land and bring the tables up to date; None deletes."""
    lines = (
        f'{"D" if found is None else "U"},{key},"{_text(found).replace(chr(34), chr(34) * 2)}"\n'
        for key, found in documents.items()
    )
    filled.land(f"app/things/20240101-0000{number:05}.csv", "".join(lines))
    report = filled.run()["dms/marts/things"]
    assert isinstance(report, DocumentsReport)
    return report


def _text(found: object) -> str:
    return "{}" if found is None else found if isinstance(found, str) else json.dumps(found)


def table(filled: Filled, name: str) -> list[dict[str, Any]]:
    """The rows of a mart."""
    with filled.engine.reading() as session:
        columns = session.columns("dms_marts", name)
        rows = session.rows(f'select * from dms_marts."{name}"')
    return sorted((dict(zip(columns, row, strict=True)) for row in rows), key=repr)


def test_objects_become_columns_and_arrays_tables(filled: Filled) -> None:
    one = {"name": "x", "at": {"Street": "s", "no": 7}, "tags": ["a", None], "grid": [[1, 2], [3]]}
    two = {"name": None, "rows": [{"n": 1, "in": [{"v": True}]}, {"n": 2}]}
    lay(filled, 1, a=one, b=two)
    assert table(filled, "things") == [
        {"id": "a", "at_no": 7, "at_street": "s", "name": "x"},
        {"id": "b", "at_no": None, "at_street": None, "name": None},
    ]
    assert table(filled, "things_tags") == [
        {"id": "a", "position": 0, "value": "a"},
        {"id": "a", "position": 1, "value": None},
    ]
    assert [row["position"] for row in table(filled, "things_grid")] == [0, 1]
    assert [tuple(row.values()) for row in table(filled, "things_grid_value")] == [
        ("a", 0, 0, 1),
        ("a", 0, 1, 2),
        ("a", 1, 0, 3),
    ]
    assert table(filled, "things_rows") == [{"id": "b", "position": 0, "n": 1}, {"id": "b", "position": 1, "n": 2}]
    assert table(filled, "things_rows_in") == [{"id": "b", "rows_position": 0, "position": 0, "v": True}]


def test_a_new_field_is_a_new_column_and_is_told(filled: Filled) -> None:
    assert lay(filled, 1, a={"n": 1}).news == ()
    report = lay(filled, 2, b={"n": 2, "more": "x", "list": [1]})
    assert set(report.news) == {
        "The column things.more is new: more, text.",
        "The table things_list is new: list[].",
    }
    assert table(filled, "things") == [{"id": "a", "more": None, "n": 1}, {"id": "b", "more": "x", "n": 2}]
    assert lay(filled, 3, c={"n": 3}).news == ()


def test_a_field_that_changes_its_type_is_kept_exactly(filled: Filled) -> None:
    lay(filled, 1, a={"n": 1}, b={"n": 2})
    report = lay(filled, 2, c={"n": "three"}, d='{"n": {"k": 1.50}}', e={"n": [True]})
    assert table(filled, "things") == [
        {"id": "a", "n": 1, "n_variant": None, "n_k": None},
        {"id": "b", "n": 2, "n_variant": None, "n_k": None},
        {"id": "c", "n": None, "n_variant": '"three"', "n_k": None},
        {"id": "d", "n": None, "n_variant": None, "n_k": 1.5},
        {"id": "e", "n": None, "n_variant": None, "n_k": None},
    ]
    assert table(filled, "things_n") == [{"id": "e", "position": 0, "value": True}]
    assert "things.n_variant has 1 value of n of another kind than most." in report.news
    report = lay(filled, 3, a={"n": "one"}, b={"n": "two"})
    assert {row["id"]: row["n"] for row in table(filled, "things")}["c"] == "three"
    assert "The column things.n was bigint and is text." in report.news


def test_numbers_and_times_keep_every_digit(filled: Filled) -> None:
    lay(
        filled,
        1,
        a='{"d": {"$numberDecimal": "12345678901234567890.123456789"}, "f": -73.98513559999999,'
        ' "l": {"$numberLong": "9223372036854775807"}, "t": {"$date": 1393804800123}, "big": 1e400}',
    )
    assert table(filled, "things") == [
        {
            "id": "a",
            "big": "1e400",
            "d": Decimal("12345678901234567890.123456789"),
            "f": -73.98513559999999,
            "l": 2**63 - 1,
            "t": datetime.fromisoformat("2014-03-03 00:00:00.123000"),
        }
    ]


def test_a_number_that_is_none_of_any_computer_s_is_kept_as_it_is_written(filled: Filled) -> None:
    lay(filled, 1, a='{"n": 1e9999999999999999999}', b='{"n": 2}', c='{"n": 3}')
    assert table(filled, "things") == [
        {"id": "a", "n": None, "n_variant": "1e9999999999999999999"},
        {"id": "b", "n": 2, "n_variant": None},
        {"id": "c", "n": 3, "n_variant": None},
    ]


def test_only_what_differs_is_written_and_what_goes_is_gone(filled: Filled) -> None:
    lay(filled, 1, a={"n": 1, "l": [1, 2, 3]}, b={"n": 2, "l": [4]})
    report = lay(filled, 2, a={"n": 1, "l": [1, 5]})
    written = (report.inserted, report.updated, report.deleted)
    assert written == (0, 2, 1), "an element and the count of its field, and an element that is gone"
    assert [(row["id"], row["value"]) for row in table(filled, "things_l")] == [("a", 1), ("a", 5), ("b", 4)]
    report = lay(filled, 3, a=None, b={"n": 2})
    assert table(filled, "things") == [{"id": "b", "n": 2}]
    assert table(filled, "things_l") == []
    assert "The column things_l.value is gone: no document has l[] any more." in report.news
    lay(filled, 4, b={"n": 2, "l": ["x"]})
    assert [row["value"] for row in table(filled, "things_l")] == ["x"]


@pytest.mark.parametrize("seed", [1, 2])
def test_in_whatever_order_changes_come_the_last_of_each_document_stands(filled: Filled, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - an order to try
    stands: dict[str, int] = {}
    files: list[tuple[str, str]] = []
    for number in range(12):
        lines: list[str] = []
        for key in chance.choices("abcdefgh", k=6):
            stands.pop(key, None)
            if is_there := chance.random() < 2 / 3:
                stands[key] = len(files) * 10 + len(lines)
            document = {"n": stands[key], "l": [stands[key]]} if is_there else {}
            lines.append(f'{"U" if is_there else "D"},{key},"{json.dumps(document).replace(chr(34), chr(34) * 2)}"\n')
        files.append((f"app/things/20240101-0000{number:05}.csv", "".join(lines)))
    chance.shuffle(files)
    for place, (path, content) in enumerate(files):
        filled.land(path, content, at=1_700_000_000 - place)
        if place % 3 == 0:
            filled.run()
    filled.run()
    assert {row["id"]: row["n"] for row in table(filled, "things")} == stands
    assert {row["id"]: row["value"] for row in table(filled, "things_l")} == stands


def test_names_that_would_be_the_same_are_told_apart_in_the_same_way_each_time(filled: Filled) -> None:
    lay(filled, 1, a={"a": {"b": 1}, "a_b": 2, "A b": 3, "_id": {"$oid": "a"}, "history": [1], "fields": [2]})
    assert table(filled, "things") == [{"id": "a", "a_b": 2, "id_2": "a", "a_b_2": 1, "a_b_3": 3}]
    assert [row["value"] for row in table(filled, "things_history_2")] == [1]
    assert [row["value"] for row in table(filled, "things_fields_2")] == [2]
    told = {
        (row["column_name"], row["path"]) for row in table(filled, "things_fields") if row["table_name"] == "things"
    }
    assert told == {("a_b", "a_b"), ("id_2", "_id"), ("a_b_2", "a.b"), ("a_b_3", "A b")}


def test_a_new_field_takes_no_name_from_one_that_is_a_name_already(filled: Filled) -> None:
    lay(filled, 1, a={"status": 1, "at_no": 2, "tags": [3], "order_items": [4]})
    new = {"Status": 5, "at": {"no": 6}, "Tags": [7], "order": [{"items": [8]}]}
    report = lay(filled, 2, b=new)
    assert not [said for said in report.news if "held" in said]
    assert table(filled, "things") == [
        {"id": "a", "status": 1, "status_2": None, "at_no": 2, "at_no_2": None},
        {"id": "b", "status": None, "status_2": 5, "at_no": None, "at_no_2": 6},
    ]
    for name, value in {"tags": 3, "tags_2": 7, "order_items": 4, "order_items_2": 8}.items():
        assert [row["value"] for row in table(filled, f"things_{name}")] == [value]


def test_a_column_that_comes_to_hold_another_field_is_told(filled: Filled) -> None:
    lay(filled, 1, a={"Status": 1})
    report = lay(filled, 2, b={"status": 2})
    assert "The column things.status held Status and holds status." in report.news


@pytest.mark.parametrize(
    ("limit", "document", "message"),
    [
        ("max_depth: 3", {"a": {"b": {"c": {"d": 1}}}}, r"The field a\.b\.c\.d is within more than 3 objects"),
        ("max_columns: 3", dict.fromkeys("abcd", 1), r"things would have more than 3 columns; d is one"),
    ],
)
def test_depth_and_columns_have_a_limit_and_the_tables_stay(
    engine: Engine, tmp_path: Path, limit: str, document: dict[str, Any], message: str
) -> None:
    filled = Filled.of(tmp_path, engine.url, f"{_DECLARED}      {limit}\n")
    lay(filled, 1, a={"n": 1})
    with pytest.raises(LoadRefused, match=message):
        lay(filled, 2, b=document)
    assert table(filled, "things") == [{"id": "a", "n": 1}]


def test_in_table_mode_a_header_names_the_fields_and_arrays_are_columns_of_json(engine: Engine, tmp_path: Path) -> None:
    declared = """
attributes:
  tables:
    - table: app/things
      key: _id
      header: true
      columns: {_id: text, address.street: text, address.zip: text, tags: json}
"""
    filled = Filled.of(tmp_path, engine.url, declared)
    filled.land("app/things/LOAD00000001.csv", '_id,address.street,address.zip,tags,more\na,s,007,"[""x"", 1]",m\n')
    filled.land("app/things/20240101-000000000.csv", "Op,_id,tags,address.zip,address.street\nU,b,NULL,NULL,\n")
    filled.run()
    assert table(filled, "things") == [
        {"id": "a", "address_street": "s", "address_zip": "007"},
        {"id": "b", "address_street": "", "address_zip": None},
    ]
    assert [tuple(row.values()) for row in table(filled, "things_tags")] == [("a", 0, None, '"x"'), ("a", 1, 1, None)]
