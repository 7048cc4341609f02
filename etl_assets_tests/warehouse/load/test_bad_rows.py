"""Rows that come twice, rows that no history has a place for, and loads that are refused, from files to the table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from etl_assets.connectors.files.extract import extract_files
from etl_assets.datasets import Dataset, FilePattern
from etl_assets.errors import DeclarationError, LakeError, LoadRefused
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.lake.manifest import Manifest
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.files import FileLedger
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.staging import load_dataset

COLUMNS = (Column("id", "integer"), Column("team"))
FEW = 10


@dataclass(frozen=True)
class Intake:
    """A landing folder, a lake and a warehouse."""

    engine: Engine
    folder: Path

    def load(self, dataset: Dataset, files: dict[str, Sequence[str]], *, allow_closing: bool = False) -> LoadReport:
        """Let files arrive, bring them into the lake, and load them."""
        landing, lake = self.folder / "landing", open_lake(str(self.folder / "lake"))
        for name, lines in files.items():
            path = landing / dataset.table.warehouse / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        extract_files(dataset, landing, lake)
        return load_dataset(self.engine, dataset, lake, allow_closing=allow_closing)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.engine.reading() as session:
            return session.rows(query)

    def quarantine(self) -> list[tuple[Any, ...]]:
        """What is in the quarantine."""
        return self.ask("select row_number, column_name, reason from etl.quarantine order by row_number")


@pytest.fixture
def intake(engine: Engine, tmp_path: Path) -> Intake:
    """An intake that nothing has passed yet."""
    return Intake(engine, tmp_path)


def of_rows(**options: Any) -> Dataset:  # noqa: ANN401 - as the dataset has them
    pattern = FilePattern(pattern="staff_{YYYY-MM-DD}.csv")
    return Dataset(name="hr/staging/staff", columns=COLUMNS, key=("id",), files=(pattern,), **options)


def of_changes() -> Dataset:
    columns = (*COLUMNS, Column("changed_at", "timestamp"), Column("op"))
    pattern = FilePattern(pattern="staff_{YYYY-MM-DD}.csv", meaning="changes")
    return Dataset(
        name="hr/staging/staff", columns=columns, key=("id",), files=(pattern,), effective_at="changed_at", op="op"
    )


def of_snapshots() -> Dataset:
    pattern = FilePattern(pattern="staff_{YYYY-MM-DD}.csv", meaning="snapshot")
    return Dataset(name="hr/staging/staff", columns=COLUMNS, key=("id",), files=(pattern,), missing="close")


def counts(report: LoadReport) -> tuple[int, int, int, int]:
    read, loaded, quarantined, duplicate = map(report.total, ("read", "loaded", "quarantined", "duplicate"))
    return read, loaded, quarantined, duplicate


def _damaged(parts: Callable[[Lake, Manifest], tuple[Path, ...]]) -> Callable[[Lake, Manifest], tuple[Path, ...]]:
    def damaged(lake: Lake, manifest: Manifest) -> tuple[Path, ...]:
        found = parts(lake, manifest)
        for path in found:
            whole = path.read_bytes()
            path.write_bytes(whole[:4] + b"\0" * 40 + whole[44:])
        return found

    return damaged


def staff(count: int, team: str = "A") -> list[str]:
    return [f"{number},{team}" for number in range(count)]


def test_rows_that_are_known_are_duplicates_in_one_file_and_under_another_name(intake: Intake) -> None:
    assert counts(intake.load(of_rows(), {"staff_2020-01-01.csv": ["1,A", "2,B", "1,A"]})) == (3, 2, 0, 1)
    assert counts(intake.load(of_rows(), {"staff_2020-01-02.csv": ["1,A", "2,B", "1,A"]})) == (3, 0, 0, 3)


@pytest.mark.parametrize(("late", "stands"), [("staff_2020-01-03.csv", "C"), ("staff_2020-01-01.csv", "B")])
def test_of_rows_with_one_key_the_one_that_was_delivered_last_stands(intake: Intake, late: str, stands: str) -> None:
    intake.load(of_rows(), {"staff_2020-01-02.csv": ["1,A", "1,B"]})
    assert counts(intake.load(of_rows(), {late: ["1,C"]})) == (1, 1, 0, 0)
    assert intake.ask("select id, team from hr_staging.staff") == [(1, stands)]


def test_a_column_that_is_original_keeps_the_value_that_was_delivered_first(intake: Intake) -> None:
    intake.load(of_rows(original=("team",)), {"staff_2020-01-02.csv": ["1,B"]})
    intake.load(of_rows(original=("team",)), {"staff_2020-01-03.csv": ["1,C"]})
    assert intake.ask("select team from hr_staging.staff") == [("B",)]
    intake.load(of_rows(original=("team",)), {"staff_2020-01-01.csv": ["1,A"]})
    assert intake.ask("select team from hr_staging.staff") == [("A",)]


def test_a_key_that_comes_twice_in_a_snapshot_has_its_last_values_and_the_others_are_put_aside(intake: Intake) -> None:
    report = intake.load(of_snapshots(), {"staff_2020-01-01.csv": ["1,A", "2,B", "2,B", "1,C"]})
    assert counts(report) == (4, 2, 1, 1)
    assert intake.quarantine() == [(1, None, "the key comes again later in the same snapshot with other values")]
    assert intake.ask("select id, team from hr_staging.staff order by id") == [(1, "C"), (2, "B")]


def test_a_change_without_a_place_in_history_is_put_aside(intake: Intake) -> None:
    lines = ["1,A,2020-01-01 00:00:00,I", "2,A,9999-12-31 00:00:00,U", "3,A,2020-01-01 00:00:00,X", "4,A,,U"]
    assert counts(intake.load(of_changes(), {"staff_2020-01-01.csv": lines})) == (4, 1, 3, 0)
    assert intake.quarantine() == [
        (2, "changed_at", "no change can be at the end of time"),
        (3, "op", "none of I, U, D"),
        (4, "changed_at", "must not be empty"),
    ]


def test_of_two_changes_of_one_time_the_later_row_has_the_last_word(intake: Intake) -> None:
    intake.load(of_changes(), {"staff_2020-01-01.csv": [f"1,{team},2020-01-01 00:00:00,U" for team in "ABC"]})
    assert intake.ask("select team from hr_staging.staff order by sequence desc")[0] == ("C",)


def test_ten_bad_rows_are_borne_whatever_their_share(intake: Intake) -> None:
    report = intake.load(of_rows(), {"staff_2020-01-01.csv": ["x,A"] * FEW})
    assert counts(report) == (FEW, 0, FEW, 0)


def test_a_damaged_part_is_named_and_nothing_is_written(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    intake.load(of_rows(), {})
    monkeypatch.setattr(Lake, "parts", _damaged(Lake.parts))
    with pytest.raises(LakeError, match=r"-0-\w+\.parquet cannot be read: "):
        intake.load(of_rows(), {"staff_2020-01-01.csv": staff(100)})
    assert intake.ask("select count(*) from etl.loads") == [(0,)]


def test_a_refused_file_is_judged_by_its_counts_before_its_rows_are_put_aside(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FileLedger, "quarantine", None)
    with pytest.raises(LoadRefused):
        intake.load(of_rows(), {"staff_2020-01-01.csv": ["x,A"] * (FEW + 1)})


def test_a_share_of_bad_rows_is_borne_however_many_they_are(intake: Intake) -> None:
    report = intake.load(of_rows(), {"staff_2020-01-01.csv": [*staff(209), *["x,A"] * (FEW + 1)]})
    assert counts(report) == (220, 209, FEW + 1, 0)


def test_too_many_bad_rows_refuse_the_load_and_nothing_is_written(intake: Intake) -> None:
    intake.load(of_rows(), {"staff_2020-01-01.csv": ["1,A"]})
    with pytest.raises(
        LoadRefused, match=r"staff_2020-01-02\.csv: 11 of 219 rows .* The first: line 209, id 'x': .*; line 211, "
    ):
        intake.load(of_rows(), {"staff_2020-01-02.csv": [*staff(208, "B"), *["x,A"] * (FEW + 1)]})
    assert intake.ask("select id, team from hr_staging.staff") == [(1, "A")]
    assert intake.quarantine() == []
    report = intake.load(of_rows(max_bad_share=0.06), {})
    assert counts(report) == (219, 208, FEW + 1, 0)


@pytest.mark.parametrize(("held", "left"), [(10, 0), (55, 44)])
def test_a_snapshot_may_close_few_keys_or_a_small_share(intake: Intake, held: int, left: int) -> None:
    intake.load(of_snapshots(), {"staff_2020-01-01.csv": staff(held)})
    intake.load(of_snapshots(), {"staff_2020-01-02.csv": staff(left)})
    assert intake.ask("select count(*) from hr_staging.staff where op = 'D'") == [(held - left,)]


def test_a_snapshot_that_would_close_too_much_is_refused_unless_a_person_says_so(intake: Intake) -> None:
    intake.load(of_snapshots(), {"staff_2020-01-01.csv": staff(54)})
    with pytest.raises(LoadRefused, match="without 11 of the 54 keys"):
        intake.load(of_snapshots(), {"staff_2020-01-02.csv": staff(43)})
    assert intake.ask("select count(*) from hr_staging.staff") == [(54,)]
    intake.load(of_snapshots(), {}, allow_closing=True)
    assert intake.ask("select count(*) from hr_staging.staff where op = 'D'") == [(11,)]


def test_an_empty_snapshot_is_a_statement_too(intake: Intake) -> None:
    intake.load(of_snapshots(), {"staff_2020-01-01.csv": staff(11)})
    with pytest.raises(LoadRefused, match="without 11 of the 11 keys"):
        intake.load(of_snapshots(), {"staff_2020-01-02.csv": []})


def test_a_declaration_that_loaded_rows_cannot_follow_is_refused(intake: Intake) -> None:
    intake.load(of_rows(), {"staff_2020-01-01.csv": ["1,A"]})
    with pytest.raises(
        DeclarationError, match=r"otherwise, and 1 loaded row or file no longer fits: .* team 'A': not a whole number"
    ):
        intake.load(replace(of_rows(), columns=(COLUMNS[0], Column("team", "integer"))), {})
    assert intake.ask("select id, team from hr_staging.staff") == [(1, "A")]


def test_a_new_column_is_null_for_what_was_loaded_before(intake: Intake) -> None:
    intake.load(of_rows(), {"staff_2020-01-01.csv": ["1,A"]})
    wider = replace(of_rows(), columns=(*COLUMNS, Column("skill")))
    intake.load(wider, {"staff_2020-01-02.csv": ["2,B,c"]})
    assert intake.ask("select id, team, skill from hr_staging.staff order by id") == [(1, "A", None), (2, "B", "c")]
