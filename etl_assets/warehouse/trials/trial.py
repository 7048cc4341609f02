"""A trial as it is written down: ``sql/<warehouse>/tests/<what is tried>.yaml``.

    table: support/marts/dim_analysts
    given:
      - analysts_2010.csv: |
          "0-1","Ann","Team1",,"2010-01-01 00:00:00","2010-01-01 00:00:00"
      - 2012-03-01/analysts.csv: |
          "0-1","Ann","Team2",,"2010-01-01 00:00:00","2012-02-01 00:00:00"
    expect: |
      aid,team,valid_from,valid_to
      0-1,Team1,2010-01-01,2012-02-01
      0-1,Team2,2012-02-01,9999-12-31

Each item of ``given`` is what lands before a run: texts by their path in the warehouse's landing folder. ``expect`` is
CSV; its header says which columns are looked at, an empty cell is NULL and ``""`` an empty text.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, Self

import yaml
from pyarrow import ArrowInvalid, csv, string

from etl_assets.errors import DeclarationError
from etl_assets.names import TableName

Row = tuple[str | None, ...]

_FIELDS: Final = ("table", "given", "expect")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is given and what has to follow.

    Args:
        path: Where it is written down.
        table: Whose rows are looked at.
        given: For each run the files that land before it, text by path.
        columns: What is looked at, see ``header``.
        rows: What has to be there, no more and no less, in any order.
    """

    path: Path
    table: TableName
    given: tuple[Mapping[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read one.

        Raises:
            DeclarationError: When the file is not of this form.
        """
        try:
            found = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            _refuse(path, " ".join(str(error).split()))
        if not isinstance(found, dict) or sorted(found) != sorted(_FIELDS):
            _refuse(path, f"it has not the fields {', '.join(_FIELDS)}")
        columns, rows = _expected(path, found["expect"])
        table = TableName.of_person(str(found["table"]))
        return cls(path=path, table=table, given=_given(path, found["given"]), columns=columns, rows=rows)


def _given(path: Path, found: Any) -> tuple[Mapping[str, str], ...]:  # noqa: ANN401 - whatever the file holds
    is_sound = isinstance(found, list) and all(
        isinstance(run, dict) and all(isinstance(part, str) for item in run.items() for part in item) for run in found
    )
    if not is_sound:
        _refuse(path, "given is not a list of texts by path")
    return tuple(found)


def _expected(path: Path, found: Any) -> tuple[tuple[str, ...], tuple[Row, ...]]:  # noqa: ANN401 - as above
    if not isinstance(found, str):
        _refuse(path, "expect is not a text")
    convert = csv.ConvertOptions(
        strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""], check_utf8=True
    )
    text = f"{found.rstrip()}\n".encode()
    try:
        names = csv.open_csv(io.BytesIO(text)).schema.names
        convert.column_types = dict.fromkeys(names, string())
        table = csv.read_csv(io.BytesIO(text), convert_options=convert)
    except ArrowInvalid as error:
        _refuse(path, f"expect is no CSV: {error}")
    return tuple(names), tuple(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _refuse(path: Path, what: str) -> NoReturn:
    message = f"{path.name} is no trial: {what}."
    raise DeclarationError(message, mend="docs/try-a-table.md shows one.")
