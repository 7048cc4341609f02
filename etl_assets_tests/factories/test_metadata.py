"""What assets say of themselves, in the forms that Dagster shows."""

import dagster as dg
import pytest

from etl_assets.errors import LoadRefused
from etl_assets.factories.metadata import (
    asset_key,
    code_references,
    column_schema,
    failing_clearly,
    listed,
    markdown_table,
    op_name,
    table,
)
from etl_assets.names import declared_in


def test_a_key_is_a_path_and_a_step_has_its_name() -> None:
    assert asset_key("shop/marts/prices") == dg.AssetKey(["shop", "marts", "prices"])
    assert op_name("shop/marts/prices") == "shop__marts__prices"


def test_rows_become_a_table_whatever_is_in_their_cells() -> None:
    rows = [{"a": 1, "b": None}, {"a": "x|y\nz", "b": "\\"}, {"a": "w" * 300, "b": True}, {"a": "*_`[<", "b": 1 / 3}]
    assert (markdown_table(rows).value or "").splitlines() == [
        "| a | b |",
        "| --- | --- |",
        "| 1 | *NULL* |",
        "| x\\|y z | \\\\ |",
        f"| {'w' * 200}… | true |",
        "| \\*\\_\\`\\[\\< | 0.3333 |",
    ]
    assert markdown_table([]).value == ""


def test_cells_that_are_markdown_already_stay_as_they_are() -> None:
    shown = markdown_table([{"a_b": "[x](/assets/x).y_z"}], is_markdown=True).value or ""
    assert shown.splitlines() == ["| a\\_b |", "| --- |", "| [x](/assets/x).y_z |"]


def test_a_table_that_is_shown_at_once_has_texts_alone() -> None:
    shown = table([{"key": 2**60 + 1, "name": None, "is_new": False}], null="NULL")
    assert [record.data for record in shown.records] == [
        {"key": "1152921504606846977", "name": "NULL", "is_new": "false"}
    ]
    assert [column.name for column in shown.schema.columns] == ["key", "name", "is_new"]
    assert table([{"a": None}]).records[0].data == {"a": ""}
    assert table([]).records == []


def test_sentences_become_a_list() -> None:
    assert listed(["one", "two\nlines"]).value == "- one\n- two lines"


def test_of_a_very_long_list_the_first_are_shown() -> None:
    shown = str(listed(f"{number}" for number in range(10_000)).value).splitlines()
    assert (len(shown), shown[0], shown[-1]) == (51, "- 0", "- and 9,950 more")


def test_a_column_without_a_meaning_has_none() -> None:
    (column,) = column_schema({"a": "text"}, {"a": ""}).columns
    assert (column.type, column.description, column.tags) == ("text", None, {})
    assert (column.constraints.nullable, column.constraints.unique) == (True, False)


def test_a_column_shows_what_is_declared_of_it() -> None:
    (column,) = column_schema({"a": "text"}, {}, roles={"a": "key"}, filled=["a"], unique=["a"]).columns
    assert (column.constraints.nullable, column.constraints.unique, column.tags) == (False, True, {"key": ""})


def test_a_declaration_is_found_by_its_name() -> None:
    found = declared_in("support/staging/logs")
    assert found is not None
    path, line = found
    assert path.name == "raw.py"
    assert path.read_text(encoding="utf-8").splitlines()[line - 2] == "logs = Dataset("
    (reference,) = code_references(None, found)["dagster/code_references"].code_references
    assert (reference.file_path, reference.line_number, reference.label) == (str(path), line, "raw.py")
    assert declared_in("support/staging/no_such") is None


def test_a_named_failure_becomes_dagster_s_with_its_mend() -> None:
    refused = LoadRefused("It was refused.", mend="Mend it.")
    with pytest.raises(dg.Failure) as raised, failing_clearly():
        raise refused
    assert raised.value.description == "It was refused. Mend it."
    assert raised.value.metadata["error"].value == "LoadRefused"
