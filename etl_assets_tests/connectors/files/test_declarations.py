"""Declarations that files could not be read by are refused where they are made."""

import pytest

from etl_assets.datasets import Csv, Dataset, FilePattern
from etl_assets.errors import DeclarationError
from etl_assets.schema import Column


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", "\r", "\0", "é"])
def test_a_delimiter_is_one_character_that_means_nothing_else(delimiter: str) -> None:
    with pytest.raises(DeclarationError, match="cannot be a delimiter"):
        Csv(delimiter=delimiter)


@pytest.mark.parametrize(
    "columns",
    [
        (Column("a"), Column("A")),
        (Column("a"), Column("_row")),
        (Column("a"), Column("b", header="a")),
        (Column("a", header="x"), Column("b", header="x")),
    ],
)
def test_columns_can_be_told_apart_by_name_and_by_title(columns: tuple[Column, ...]) -> None:
    with pytest.raises(DeclarationError, match="twice, or with a leading underscore"):
        Dataset(name="support/staging/cases", columns=columns, key=("a",), files=(FilePattern(pattern="a.csv"),))
