"""What stands in Markdown comes out of it again."""

from etl_assets.cli.markdown import code_of


def test_a_block_of_code_is_its_content() -> None:
    assert code_of("```sql\nselect 1\nfrom t\n```") == "select 1\nfrom t"
