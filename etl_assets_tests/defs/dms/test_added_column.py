"""A column that a table of the source was given later: older files lack it, and none of their rows is lost."""

from datetime import datetime
from pathlib import Path

import pytest

from etl_assets_tests.defs.dms.bucket import USERS, Filled

_ADDED = USERS.replace("joined_on: date", "joined_on: date, phone: {type: text, since: 2024-01-02}")
_BEFORE = int(datetime.fromisoformat("2024-01-01T00:00:00+00:00").timestamp())
_AFTER = int(datetime.fromisoformat("2024-01-03T00:00:00+00:00").timestamp())


@pytest.mark.parametrize("is_titled", [False, True])
def test_older_files_lack_a_column_and_load(url: str, tmp_path: Path, is_titled: bool) -> None:  # noqa: FBT001 - a parameter
    own = "      header: true\n" if is_titled else ""
    filled = Filled.of(tmp_path, url, f"{_ADDED}{own}")
    old, new = ("id,name,city,joined_on\n", "id,name,city,joined_on,phone\n") if is_titled else ("", "")
    op = "Op," if is_titled else ""
    filled.land("app/users/LOAD00000001.csv", f"{old}1,Ann,Rome,2020-01-01\n2,Bob,Oslo,2020-01-01\n", at=_BEFORE)
    filled.land("app/users/20240101-120000000.csv", f"{op and op + old}U,1,Ann,Bern,2020-01-01\n", at=_AFTER)
    filled.land("app/users/20240102-000000000.csv", f"{op and op + new}U,1,Ann,Bern,2020-01-01,7\n", at=_AFTER)
    filled.land("app/users/LOAD00000002.csv", f"{new}3,Cy,Bonn,2020-01-01,8\n", at=_AFTER)
    filled.run()
    assert filled.rows("select id, city, phone from dms_marts.users order by id") == [
        (1, "Bern", "7"),
        (2, "Oslo", None),
        (3, "Bonn", "8"),
    ]
    told = "select city, phone, valid_from from dms_marts.users_history where id = 1 order by valid_from"
    assert filled.rows(told) == [
        ("Rome", None, datetime.fromisoformat("1900-01-01")),
        ("Bern", None, datetime.fromisoformat("2024-01-01 12:00")),
        ("Bern", "7", datetime.fromisoformat("2024-01-02")),
    ]
