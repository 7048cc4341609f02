"""What assets say of themselves, in the forms that Dagster shows."""

import dagster as dg
import pytest

from etl_assets.errors import LoadRefused
from etl_assets.factories.metadata import asset_key, column_schema, failing_clearly, listed, markdown_table, op_name


def test_a_key_is_a_path_and_a_step_has_its_name() -> None:
    assert asset_key("shop/marts/prices") == dg.AssetKey(["shop", "marts", "prices"])
    assert op_name("shop/marts/prices") == "shop__marts__prices"


def test_rows_become_a_table_whatever_is_in_their_cells() -> None:
    rows = [{"a": 1, "b": None}, {"a": "x|y\nz", "b": "\\"}, {"a": "w" * 300, "b": 0}]
    assert (markdown_table(rows).value or "").splitlines() == [
        "| a | b |",
        "| --- | --- |",
        "| 1 |  |",
        "| x\\|y z | \\\\ |",
        f"| {'w' * 200}… | 0 |",
    ]
    assert markdown_table([]).value == ""


def test_sentences_become_a_list() -> None:
    assert listed(["one", "two\nlines"]).value == "- one\n- two lines"


def test_a_column_without_a_meaning_has_none() -> None:
    (column,) = column_schema({"a": "text"}, {"a": ""}).columns
    assert (column.type, column.description) == ("text", None)


def test_a_named_failure_becomes_dagster_s_with_its_mend() -> None:
    refused = LoadRefused("It was refused.", mend="Mend it.")
    with pytest.raises(dg.Failure) as raised, failing_clearly():
        raise refused
    assert raised.value.description == "It was refused. Mend it."
    assert raised.value.metadata["error"].value == "LoadRefused"
