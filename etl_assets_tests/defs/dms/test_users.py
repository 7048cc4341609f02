"""The real users: a full load and five files of changes, in whatever order, grouping and number they come."""

import csv
import random
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pytest

from etl_assets.datasets import END_OF_TIME
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.models.declare import BEGINNING
from etl_assets_tests.defs.dms.bucket import USERS, Filled

Version = tuple[int, str, str, date, datetime, datetime, bool]
_MARTS = ("users", "users_history")


@pytest.fixture
def files(real_data: Path) -> list[Path]:
    """The full load, then the changes."""
    found = sorted((real_data / "dms" / "users").iterdir(), key=lambda path: (path.name[0].isdigit(), path.name))
    assert [path.name for path in found][:2] == ["LOAD00000001.csv", "20211017-194324349.csv"]
    return found


def told(files: Iterable[Path]) -> list[tuple[datetime, str, tuple[int, str, str, date]]]:
    """What the files say, in plain Python: when, what, and of whom."""
    found: list[tuple[datetime, str, tuple[int, str, str, date]]] = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.reader(opened):
                op, *cells = row if file.name[0].isdigit() else ["I", *row]
                at = _named(file) if file.name[0].isdigit() else BEGINNING
                found.append((at, op, (int(cells[0]), cells[1], cells[2], date.fromisoformat(cells[3]))))
    return found


def _named(file: Path) -> datetime:
    day, _, time = file.stem.partition("-")
    return datetime.fromisoformat(f"{day}T{time[:6]}.{time[6:]}")


def versions(files: Iterable[Path]) -> list[Version]:
    """The history that they tell; none of them deletes."""
    lives: dict[int, list[tuple[datetime, tuple[int, str, str, date]]]] = {}
    for at, op, user in told(files):
        assert op in {"I", "U"}
        lives.setdefault(user[0], []).append((at, user))
    found: list[Version] = []
    for life in lives.values():
        for (at, user), after in zip(life, [*life[1:], None], strict=True):
            found.append((*user, at, after[0] if after else END_OF_TIME, after is None))
    return sorted(found)


def history(filled: Filled) -> list[Version]:
    columns = "id, name, city, joined_on, valid_from, valid_to, is_current"
    return sorted(filled.rows(f"select {columns} from dms_marts.users_history"))


def current(filled: Filled) -> list[tuple[int, str, str, date]]:
    return sorted(filled.rows("select id, name, city, joined_on from dms_marts.users"))


def test_they_are_110_users_with_the_history_that_the_files_tell(files: list[Path], tmp_path: Path, url: str) -> None:
    filled = Filled.of(tmp_path, url, USERS)
    for file in files:
        filled.copy(file, f"app/users/{file.name}")
    report = filled.run()["dms/staging/users"]
    assert isinstance(report, LoadReport)
    assert [report.total(what) for what in ("read", "loaded", "quarantined", "duplicate")] == [113, 113, 0, 0]
    ops = [op for _, op, _ in told(files[1:])]
    assert (ops.count("I"), ops.count("U")) == (7, 3)
    assert history(filled) == versions(files)
    assert len(history(filled)) == 113
    assert current(filled) == [version[:4] for version in versions(files) if version[-1]]
    assert len(current(filled)) == 110


def test_in_any_order_and_grouping_repeated_and_renamed_they_are_the_same(
    files: list[Path], tmp_path: Path, url: str
) -> None:
    chance = random.Random(6)  # noqa: S311 - an order to try
    filled = Filled.of(tmp_path, url, USERS)
    names = [f"app/users/{file.name}" for file in files]
    others = ["app/users/LOAD0000000A.csv", *(f"{name}.gz" for name in names[1:])]
    deliveries = [*zip(files, names, strict=True), *zip(files, others, strict=True)]
    chance.shuffle(deliveries)
    while deliveries:
        for _ in range(chance.randint(1, 4)):
            if deliveries:
                filled.copy(*deliveries.pop())
        filled.run()
    assert history(filled) == versions(files)
    assert len(current(filled)) == 110
    assert filled.rows("select sum(rows_read), sum(rows_loaded), sum(rows_duplicate) from etl.files") == [
        (226, 113, 113)
    ]


def test_a_late_file_falls_where_it_belongs_and_a_key_may_come_again(tmp_path: Path, url: str) -> None:
    filled = Filled.of(tmp_path, url, USERS)
    filled.land("app/users/LOAD00000001.csv", "1,Ann,Rome,2020-01-01\n")
    filled.land("app/users/20240103-000000000.csv", "D,1,Ann,Oslo,2020-01-01\n")
    filled.run()
    assert current(filled) == []
    filled.land("app/users/20240104-000000000.csv", "I,1,Ann,Bonn,2020-01-01\nU,1,Ann,Kiel,2020-01-01\n")
    filled.land("app/users/20240102-000000500.csv", "U,1,Ann,Oslo,2020-01-01\n")
    filled.run()
    day = date(2020, 1, 1)
    second, third, fourth = (
        datetime.fromisoformat("2024-01-02 00:00:00.500000"),
        datetime.fromisoformat("2024-01-03"),
        datetime.fromisoformat("2024-01-04"),
    )
    assert history(filled) == [
        (1, "Ann", "Kiel", day, fourth, END_OF_TIME, True),
        (1, "Ann", "Oslo", day, second, third, False),
        (1, "Ann", "Rome", day, BEGINNING, second, False),
    ]
    assert current(filled) == [(1, "Ann", "Kiel", day)]


def test_the_last_of_several_changes_of_a_key_in_a_file_stands_also_when_it_says_what_was_said_before(
    tmp_path: Path, url: str
) -> None:
    filled = Filled.of(tmp_path, url, USERS)
    rome, oslo = "1,Ann,Rome,2020-01-01\n", "1,Ann,Oslo,2020-01-01\n"
    filled.land("app/users/20240101-000000000.csv", f"I,{rome}U,{oslo}U,{rome}")
    filled.land("app/users/20240102-000000000.csv", f"U,{oslo}D,{oslo}I,{rome}D,{rome}I,{oslo}")
    filled.run()
    assert [row[2:] for row in history(filled)] == [
        ("Oslo", date(2020, 1, 1), datetime.fromisoformat("2024-01-02"), END_OF_TIME, True),
        ("Rome", date(2020, 1, 1), datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2024-01-02"), False),
    ]


def test_a_full_load_that_was_made_anew_holds_from_then_on_where_that_is_declared(tmp_path: Path) -> None:
    declared = f"{USERS}      reloads: [2024-03-01]\n"
    filled = Filled.of(tmp_path, f"duckdb:///{tmp_path / 'warehouse.duckdb'}", declared)
    filled.land(
        "app/users/LOAD00000001.csv",
        "1,Ann,Rome,2020-01-01\n",
        at=int(datetime.fromisoformat("2024-01-01").timestamp()),
    )
    filled.land("app/users/20240201-000000000.csv", "U,1,Ann,Oslo,2020-01-01\n")
    filled.run()
    filled.land(
        "app/users/LOAD00000001.csv",
        "1,Ann,Bonn,2020-01-01\n",
        at=int(datetime.fromisoformat("2024-03-02").timestamp()),
    )
    filled.run()
    assert [(row[2], row[4]) for row in history(filled)] == [
        ("Bonn", datetime.fromisoformat("2024-03-01")),
        ("Oslo", datetime.fromisoformat("2024-02-01")),
        ("Rome", BEGINNING),
    ]
