"""Tables in Markdown come apart as they were put together."""

from etl_assets.cli.markdown import code_of, rows_of
from etl_assets.factories.metadata import markdown_table


def test_a_table_comes_apart_as_it_was_put_together() -> None:
    rows = [{"file": "a|b\\", "line": 7, "value": None}, {"file": "c\\|d", "line": 8, "value": " "}]
    found = [{"file": "a|b\\", "line": "7", "value": ""}, {"file": "c\\|d", "line": "8", "value": ""}]
    assert rows_of(markdown_table(rows).value or "") == found


def test_no_table_has_no_rows() -> None:
    assert rows_of("") == []


def test_a_block_of_code_is_its_content() -> None:
    assert code_of("```sql\nselect 1\nfrom t\n```") == "select 1\nfrom t"
