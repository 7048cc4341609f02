"""The sample of the support department: written as the real systems write, right in itself, the same every time."""

import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from etl_assets.errors import LoadRefused, SettingsError
from etl_assets.samples.support import SampleReport, write_support
from etl_assets.samples.support.analysts import _new_aid
from etl_assets_tests.oracles.deliveries import Delivery, from_folder
from etl_assets_tests.oracles.support import support_tables
from etl_assets_tests.samples.exported import days_of, rows_of

AT = datetime.fromisoformat
ID = rb"\d{1,6}-\d{1,4}"
SECONDS = rb"20[012]\d-[01]\d-[0-3]\d [012]\d:[0-5]\d:[0-5]\d"
CRLF_LINES = {
    "analysts": (
        rb'"%s","(Person\d+_20\d\d|Upd\d+)","Team[1-4]","([A-K](,[A-K])*)?","%s","%s(\.\d{6})?"'
        % (ID, SECONDS, SECONDS)
    ),
    "products": rb'"%s","Product( Line| Group|)\d+","(%s)?"' % (ID, ID),
    "cases": rb'"%s_20\d\d","[123]","%s","%s","%s"' % (ID, SECONDS, ID, ID),
    "logs": rb'"%s\.\d{6}","%s_20\d\d","(Assigned to analyst|Response|Close)"' % (SECONDS, ID),
    "calendar": (
        rb'"(-1|20[12]\d{5})","\d{4}-\d\d-\d\d","\d\d?","\d\d","\d\d?","\d\d","[JFMASOND][a-z]+","[JFMASOND][a-z]{2}"'
        rb',"Q[1-4]","\d{4}","[1-7]","[A-Z][a-z]+day","[A-Z][a-z]{2}","[0-5]\d"'
    ),
}
SLA_SHEET = rb"id,name,Assign SLA,Response SLA,Resolve SLA\n1,High(,\d+){3}\n2,Normal(,\d+){3}\n3,Low(,\d+){3}\n"


def states(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """What each file is: which one, since when, and its content."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in paths
    }


def assert_written_as_declared(file: Delivery) -> None:
    """Every byte belongs to a line of the table's form."""
    if file.name == "PrioritySLA.csv":
        assert re.fullmatch(SLA_SHEET, file.content)
        return
    (form,) = [form for table, form in CRLF_LINES.items() if file.name.startswith(table)]
    lines = file.content.split(b"\r\n")
    assert lines.pop() == b""
    assert [line for line in lines if not re.fullmatch(form, line)] == []


def test_every_line_is_written_as_in_the_real_files(files: dict[str, Delivery], real_data: Path) -> None:
    for file in (*files.values(), *from_folder(real_data / "support")):
        assert_written_as_declared(file)


def test_every_line_has_the_form_of_its_table(files: dict[str, Delivery]) -> None:
    for file in files.values():
        assert_written_as_declared(file)


def test_the_files_have_the_real_names(sample: SampleReport, real_data: Path) -> None:
    history = {path for path in sample.files if "/" not in path}
    assert history == {path.name for path in (real_data / "support" / "history").iterdir()}
    days = [f"2015-01-0{day}" for day in range(2, 7)]
    exports = {path.name for path in (real_data / "support" / "new_data").iterdir()}
    assert set(sample.files) - history == {f"{day}/{name}" for day in days for name in exports}


def test_the_smallest_sample_has_the_real_size(sample: SampleReport) -> None:
    rows = sample.rows
    assert [rows[f"analysts_{year}.csv"] for year in range(2010, 2015)] == [200] * 5
    assert (rows["products.csv"], rows["cases.csv"], rows["calendar.csv"], rows["PrioritySLA.csv"]) == (
        1502,
        400,
        4019,
        3,
    )
    assert 2900 < rows["logs.csv"] < 3200
    assert [rows[f"2015-01-0{day}/{table}.csv"] for day in (2, 6) for table in ("analysts", "cases")] == [200, 10] * 2


def test_the_report_counts_the_rows_of_every_file(sample: SampleReport, files: dict[str, Delivery]) -> None:
    headers = {"PrioritySLA.csv": 1}
    assert sample.rows == {path: len(file.rows) - headers.get(path, 0) for path, file in files.items()}
    assert sorted(sample.written) == sorted(files)


def test_the_years_are_the_parts_of_the_whole(files: dict[str, Delivery]) -> None:
    for table in ("cases", "logs"):
        parts = b"".join(files[f"{table}_{year}.csv"].content for year in range(2011, 2015))
        assert files[f"{table}.csv"].content == parts


def test_the_same_seed_gives_the_same_bytes_and_times_and_another_one_others(tmp_path: Path) -> None:
    first = write_support(tmp_path / "first", seed=4, days=2)
    write_support(tmp_path / "second", seed=4, days=2)
    write_support(tmp_path / "other", seed=5, days=2)
    one, two, other = (from_folder(tmp_path / name) for name in ("first", "second", "other"))
    assert one == two
    assert [file.path for file in one] == [file.path for file in other] == sorted(first.files)
    same = {file.path for file, second in zip(one, other, strict=True) if file.content == second.content}
    assert same == {"PrioritySLA.csv", "calendar.csv"}


def test_more_days_continue_the_story_and_touch_nothing_of_before(tmp_path: Path, files: dict[str, Delivery]) -> None:
    write_support(tmp_path, days=3)
    before = states(tmp_path)
    later = write_support(tmp_path, days=5)
    assert {name: states(tmp_path)[name] for name in before} == before
    assert {path.partition("/")[0] for path in later.written} == {"2015-01-05", "2015-01-06"}
    assert from_folder(tmp_path) == list(files.values())


def test_writing_again_or_fewer_days_changes_nothing(tmp_path: Path) -> None:
    write_support(tmp_path, days=2)
    before = states(tmp_path)
    assert write_support(tmp_path, days=2).written == ()
    assert write_support(tmp_path, days=1).written == ()
    assert states(tmp_path) == before


def test_files_have_the_time_of_their_export_in_the_order_of_writing(
    sample: SampleReport, files: dict[str, Delivery]
) -> None:
    times = [files[path].modified_at for path in sample.files]
    assert times == sorted(set(times))
    for path in sample.files:
        exported = AT(path.partition("/")[0] if "/" in path else "2015-01-01")
        assert exported <= files[path].modified_at < exported + timedelta(minutes=1)


def test_nothing_is_told_before_it_happens(files: dict[str, Delivery]) -> None:
    columns = {"analysts": (4,), "cases": (2,), "logs": (0,)}
    for path, file in files.items():
        for table, places in columns.items():
            if file.name.startswith(table):
                exported = AT(path.partition("/")[0] if "/" in path else "2015-01-01")
                assert all(AT(row[place]) < exported for row in file.rows for place in places)


def test_no_analyst_changes_after_the_export_that_says_so(files: dict[str, Delivery]) -> None:
    for path, file in files.items():
        if file.name == "analysts.csv":
            assert max(AT(row[5]) for row in file.rows) <= AT(path.partition("/")[0])


def test_rows_of_cases_and_logs_are_in_the_order_of_time(files: dict[str, Delivery]) -> None:
    for path, file in files.items():
        if path != "logs.csv" and file.name.startswith(("cases", "logs")):
            times = [row[2 if file.name.startswith("cases") else 0] for row in file.rows]
            assert times == sorted(times)


def test_keys_are_unique_and_every_key_named_is_known(files: dict[str, Delivery]) -> None:
    for year in range(2010, 2015):
        aids = [row[0] for row in files[f"analysts_{year}.csv"].rows]
        assert len(set(aids)) == len(aids)
    parents = {row[0]: row[2] for row in files["products.csv"].rows}
    assert len(parents) == 1502
    products = {pid for pid, parent in parents.items() if parent and parents[parent]}
    assert len(products) == 1000
    cases = {row[0]: row for row in rows_of(files, "cases")}
    assert len(cases) == 400 + 5 * 8
    assert {row[4] for row in cases.values()} <= products
    assert {row[1] for row in rows_of(files, "logs")} <= cases.keys()


def test_cases_of_a_year_go_to_the_staff_of_the_year_before(files: dict[str, Delivery]) -> None:
    for year in range(2011, 2015):
        staff = {row[0] for row in files[f"analysts_{year - 1}.csv"].rows}
        assert {row[3] for row in files[f"cases_{year}.csv"].rows} <= staff


def test_people_stay_leave_change_and_learn_as_in_the_real_data(files: dict[str, Delivery]) -> None:
    for year in range(2011, 2015):
        before = {row[0]: row for row in files[f"analysts_{year - 1}.csv"].rows}
        stayed = [(before[row[0]], row) for row in files[f"analysts_{year}.csv"].rows if row[0] in before]
        changed = [(old, new) for old, new in stayed if old != new]
        assert len(stayed) == 150
        assert len(changed) == 40
        assert 20 <= sum(old[2] != new[2] for old, new in changed) <= 38
        assert 15 <= sum(old[3] != new[3] for old, new in changed) <= 36
        assert all(new[3].startswith(old[3]) and new[5] == f"{year}-01-01 00:00:00" for old, new in changed)


def test_each_case_is_assigned_then_answered_then_closed_once(files: dict[str, Delivery]) -> None:
    told: dict[str, list[str]] = {}
    for moment, cid, event in sorted(rows_of(files, "logs")):
        told.setdefault(cid, []).append(event)
        assert moment > next(row[2] for row in rows_of(files, "cases") if row[0] == cid)
    whole = "A" + r"R{0,11}" + "C?"
    assert all(re.fullmatch(whole, "".join(event[0] for event in events)) for events in told.values())
    answers = Counter(events.count("Response") for events in told.values() if events[-1] == "Close")
    assert set(answers) == set(range(1, 12))


def test_times_stand_to_the_promised_ones_as_in_the_real_data(sample: SampleReport) -> None:
    tables = support_tables(from_folder(sample.folder))
    promised = {row["priority"]: row for row in tables["dim_priorities"]}
    facts = [fact for fact in tables["fact_cases"] if fact["resolved_at"]]
    taken = [fact["hours_to_assign"] / promised[fact["priority"]]["assign_sla_hours"] for fact in facts]
    assert 0.55 < sum(share <= 1 for share in taken) / len(taken) < 0.75
    assert 2 < max(taken) < 3
    resolved = [fact["hours_to_resolve"] / promised[fact["priority"]]["resolve_sla_hours"] for fact in facts]
    assert 0.15 < sum(share <= 1 for share in resolved) / len(resolved) < 0.4


def test_an_export_has_cases_of_the_day_and_old_ones_with_their_log(files: dict[str, Delivery]) -> None:
    known = {row[0]: row for row in files["cases.csv"].rows}
    silent = known.keys() - {row[1] for row in files["logs.csv"].rows}
    assert len(silent) == 25
    again = [row for row in rows_of(days_of(files), "cases") if row[0] in known]
    assert len(again) == 5 * 2
    assert {row[0] for row in again} <= silent
    assert {row[0] for row in again} <= {row[1] for row in rows_of(files, "logs")}
    assert any(row != known[row[0]] for row in again)
    assert all(row[2] == known[row[0]][2] for row in again)


def test_every_case_finds_its_analyst_as_of_its_time(sample: SampleReport) -> None:
    history = [file for file in from_folder(sample.folder) if "/" not in file.path]
    tables, after = support_tables(history), support_tables(from_folder(sample.folder))
    assert len(tables["fact_cases"]) == 400
    assert sum(row["assigned_at"] is None for row in tables["fact_cases"]) == 25
    assert len(after["fact_cases"]) == 440
    for rows in (tables, after):
        assert not [row for row in rows["dim_analysts"] if row["is_inferred"]]
        assert not [row for row in rows["fact_cases"] if row["analyst_key"] == -1]
    assert len(after["dim_analysts"]) > len(tables["dim_analysts"]) > 500


def test_another_sample_in_the_same_folder_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    write_support(tmp_path)
    before = states(tmp_path)
    with pytest.raises(LoadRefused, match="is not this sample's"):
        write_support(tmp_path, seed=2)
    assert states(tmp_path) == before


@pytest.mark.parametrize(("scale", "seed", "days"), [(0, 1, 0), (1, -1, 0), (1, 1, -1)])
def test_numbers_that_make_no_sense_are_refused(tmp_path: Path, scale: int, seed: int, days: int) -> None:
    with pytest.raises(SettingsError, match="cannot be made"):
        write_support(tmp_path, scale=scale, seed=seed, days=days)
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_somebody_has_had_is_not_given_again() -> None:
    assert _new_aid(7, 9999, frozenset({"7-9999", "7-0"})) == "7-1"
