"""Every cell of the support warehouse from the files that arrived, one small function a rule.

The order of arrival plays no part: files are ordered by what they are. Clean files only; times are UTC without a zone.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import fsum
from typing import Any, NamedTuple

from etl_assets_tests.oracles.deliveries import Delivery

Row = dict[str, Any]

UNKNOWN = -1
ALWAYS = datetime.fromisoformat("1900-01-01")
OPEN = datetime.fromisoformat("9999-12-31")
_AFTER = datetime.fromisoformat("2010-01-01")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Observation(NamedTuple):
    """What one row says of an analyst; observations compare by time, then by the order of files and rows."""

    effective_at: datetime
    sequence: int
    name: str
    tracked: tuple[str | None, str | None]


@dataclass(frozen=True)
class Version:
    """A row of dim_analysts."""

    analyst_key: int
    aid: str | None = None
    name: str | None = None
    team: str | None = None
    skills: str | None = None
    valid_from: datetime = ALWAYS
    valid_to: datetime = OPEN
    is_inferred: bool = False

    @property
    def row(self) -> Row:
        """Its columns."""
        return asdict(self) | {"is_current": self.valid_to == OPEN}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case's latest row, the time of its first one, and its events."""

    cid: str
    priority: int | None
    aid: str | None
    pid: str | None
    created_at: datetime
    assigned_at: datetime | None
    response_at: datetime | None
    resolved_at: datetime | None


def support_tables(
    deliveries: Iterable[Delivery], *, holidays: Mapping[date, str] | None = None, fiscal_year_starts: int = 1
) -> dict[str, list[Row]]:
    """The rows of each mart and report; dimensions by natural key and time, the unknown member first; facts by cid.

    Content that comes again under the same path counts with the time of its first coming.
    """
    once = {(file.path, file.sha256): file for file in reversed([*deliveries])}
    files = sorted(once.values(), key=file_order)
    cases = _cases(files)
    versions = _versions(files, {case.aid for case in cases})
    dim_priorities = _dim_priorities(files, {case.priority for case in cases})
    facts = [_fact(case, versions) for case in cases]
    return {
        "dim_analysts": [version.row for version in versions],
        "dim_products": _dim_products(files, {case.pid for case in cases}),
        "dim_priorities": dim_priorities,
        "dim_calendar": _dim_calendar(cases, holidays or {}, fiscal_year_starts),
        "fact_cases": facts,
        "team_performance": _team_performance(facts, versions, dim_priorities),
    }


def file_order(file: Delivery) -> tuple[datetime, datetime, bytes, str]:
    """The time in the name, else of the last change; then the last change, the path, the content."""
    year = re.fullmatch(r"(?:analysts|cases|logs)_(\d{4})\.csv", file.name)
    order_at = datetime.fromisoformat(f"{year[1]}-01-01") if year else file.modified_at
    return order_at, file.modified_at, file.path.encode(), file.sha256


def surrogate_key(key: str, valid_from: datetime = ALWAYS) -> int:
    """60 bits of the md5 of the key and the time."""
    text = f"{key}|{valid_from.isoformat(sep=' ', timespec='microseconds')}"
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16)


def _rows(files: Iterable[Delivery], table: str) -> Iterator[tuple[Delivery, list[str]]]:
    """The rows of every file named ``<table>.csv`` or ``<table>_<year>.csv``, in order."""
    mine = [file for file in files if re.fullmatch(rf"{table}(_\d{{4}})?\.csv", file.name)]
    return ((file, row) for file in mine for row in file.rows)


def _analysts(files: Sequence[Delivery]) -> dict[str, list[Observation]]:
    """All that is known of each analyst, in order: yearly snapshots at the new year, exports at each row's own time."""
    known: dict[str, list[Observation]] = {}
    for sequence, (file, (aid, name, team, skills, _created, updated)) in enumerate(_rows(files, "analysts")):
        effective_at = datetime.fromisoformat(updated) if file.name == "analysts.csv" else file_order(file)[0]
        known.setdefault(aid, []).append(Observation(effective_at, sequence, name, (team or None, skills or None)))
    return {aid: sorted(observations) for aid, observations in known.items()}


def _versions(files: Sequence[Delivery], named: Collection[str | None]) -> list[Version]:
    """Type 2: the last word of each instant, equal neighbours merged, the greatest name in every version."""
    known = _analysts(files)
    rows = [Version(analyst_key=UNKNOWN)]
    rows += [Version(surrogate_key(aid), aid, is_inferred=True) for aid in named if aid and aid not in known]
    for aid, observations in known.items():
        changes: list[tuple[datetime, tuple[str | None, str | None]]] = []
        for effective_at, tracked in {seen.effective_at: seen.tracked for seen in observations}.items():
            if not changes or changes[-1][1] != tracked:
                changes.append((effective_at, tracked))
        for (start, (team, skills)), (end, _) in pairwise([*changes, (OPEN, (None, None))]):
            rows.append(Version(surrogate_key(aid, start), aid, observations[-1].name, team, skills, start, end))
    return sorted(rows, key=lambda row: (row.aid or "", row.valid_from))


def _type1(entity: str, key: str, columns: Sequence[str], known: Mapping[str, Sequence[object]]) -> list[Row]:
    """A row per known key, always valid; a key known as nothing is inferred; the unknown member."""
    always: Row = {"valid_from": ALWAYS, "valid_to": OPEN, "is_current": True}
    rows: list[Row] = [{f"{entity}_key": UNKNOWN, **dict.fromkeys((key, *columns)), **always, "is_inferred": False}]
    for natural_key, values in sorted(known.items()):
        attributes = dict(zip(columns, values, strict=True)) if values else dict.fromkeys(columns)
        own: Row = {f"{entity}_key": surrogate_key(natural_key), key: natural_key}
        rows.append({**own, **attributes, **always, "is_inferred": not values})
    return rows


def _dim_products(files: Sequence[Delivery], named: Collection[str | None]) -> list[Row]:
    """The hierarchy flattened by the latest row of each product; what stands above an unknown parent is NULL."""
    latest = {pid: (name, parent) for _, (pid, name, parent) in _rows(files, "products")}
    flat: dict[str, tuple[str | None, ...]] = {pid: () for pid in named if pid}
    for pid, (name, parent) in latest.items():
        parent_name, grandparent = latest.get(parent, (None, ""))
        if not parent:
            flat[pid] = (name, name, name)
        elif parent_name is not None and not grandparent:
            flat[pid] = (parent_name, name, name)
        else:
            flat[pid] = (latest.get(grandparent, (None, ""))[0], parent_name, name)
    return _type1("product", "pid", ("product_line", "product_group", "product"), flat)


def _dim_priorities(files: Sequence[Delivery], named: Collection[int | None]) -> list[Row]:
    """The latest row of each priority; every sheet opens with a header."""
    sheets = (row for _, row in _rows(files, "PrioritySLA") if row[0] != "id")
    known: dict[str, tuple[str | int, ...]] = {str(priority): () for priority in named if priority is not None}
    known |= {str(int(key)): (name, *map(int, hours)) for key, name, *hours in sheets}
    columns = ("name", "assign_sla_hours", "response_sla_hours", "resolve_sla_hours")
    rows = _type1("priority", "priority", columns, known)
    return [rows[0], *({**row, "priority": int(row["priority"])} for row in rows[1:])]


def _dim_calendar(cases: Sequence[Case], holidays: Mapping[date, str], fiscal_year_starts: int) -> list[Row]:
    """The days of 2010 to 2020 and of every year that a case touches; a fiscal year is named by the year it ends in."""
    moments = (moment for case in cases for moment in _moments(case).values() if moment)
    years = {2010, 2020, *(moment.year for moment in moments)}
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    rows: list[Row] = []
    for day in (first + timedelta(days=count) for count in range((last - first).days + 1)):
        month_name, day_name = _MONTHS[day.month - 1], _DAYS[day.weekday()]
        month: Row = {"month": day.month, "month_name": month_name, "month_abbr": month_name[:3]}
        begun = fiscal_year_starts > 1 and day.month >= fiscal_year_starts
        year: Row = {"quarter": (day.month + 2) // 3, "year": day.year, "fiscal_year": day.year + begun}
        week: Row = {"day_of_week": day.isoweekday(), "day_name": day_name, "day_abbr": day_name[:3]}
        week["iso_week"] = day.isocalendar().week
        own: Row = {"is_holiday": day in holidays, "holiday_name": holidays.get(day)}
        rows.append({"date_id": _date_id(day), "date": day, "day_of_month": day.day, **month, **year, **week, **own})
    unknown: Row = dict.fromkeys(rows[0]) | {"date_id": UNKNOWN, "is_holiday": False}
    return [unknown, *rows]


def _cases(files: Sequence[Delivery]) -> list[Case]:
    """Each case's latest row, with the time that its first row says it was created, and its distinct events."""
    rows = {cid: (priority, aid, pid) for _, (cid, priority, _created, aid, pid) in _rows(files, "cases")}
    created: dict[str, datetime] = {}
    for _, (cid, _priority, created_at, _aid, _pid) in _rows(files, "cases"):
        created.setdefault(cid, datetime.fromisoformat(created_at))
    events: dict[tuple[str, str], set[datetime]] = {}
    for _, (moment, cid, event) in _rows(files, "logs"):
        events.setdefault((cid, event), set()).add(datetime.fromisoformat(moment))
    return [
        Case(
            cid=cid,
            priority=int(priority) if priority else None,
            aid=aid or None,
            pid=pid or None,
            created_at=created[cid],
            assigned_at=min(events.get((cid, "Assigned to analyst"), ()), default=None),
            response_at=min(events.get((cid, "Response"), ()), default=None),
            resolved_at=max(events.get((cid, "Close"), ()), default=None),
        )
        for cid, (priority, aid, pid) in sorted(rows.items())
    ]


def _moments(case: Case) -> dict[str, datetime | None]:
    """When what happened to the case, by the stem of its columns."""
    assigned, response, resolved = case.assigned_at, case.response_at, case.resolved_at
    return {"created": case.created_at, "assigned": assigned, "response": response, "resolved": resolved}


def _fact(case: Case, versions: Iterable[Version]) -> Row:
    """The case as a row, pointing to the members that held when it was assigned, else created."""
    moments = _moments(case)
    row: Row = {
        "cid": case.cid,
        "priority_key": UNKNOWN if case.priority is None else surrogate_key(str(case.priority)),
        "product_key": UNKNOWN if case.pid is None else surrogate_key(case.pid),
        "analyst_key": _analyst_key(versions, case.aid, case.assigned_at or case.created_at),
    }
    row |= {"priority": case.priority, "aid": case.aid, "pid": case.pid}
    row |= {f"{what}_date_id": _date_id(moment) for what, moment in moments.items()}
    row |= {f"{what}_at": moment for what, moment in moments.items()}
    names = {"assigned": "hours_to_assign", "response": "hours_to_response", "resolved": "hours_to_resolve"}
    return row | {name: _hours(case.created_at, moments[what]) for what, name in names.items()}


def _analyst_key(versions: Iterable[Version], aid: str | None, at: datetime) -> int:
    """The version alive at that time, else the unknown member."""
    own = (version for version in versions if aid is not None and version.aid == aid)
    return next((version.analyst_key for version in own if version.valid_from <= at < version.valid_to), UNKNOWN)


def _hours(start: datetime, end: datetime | None) -> float | None:
    """The whole microseconds between the two, in hours."""
    return None if end is None else ((end - start) // timedelta(microseconds=1)) / 3.6e9


def _date_id(day: date | None) -> int:
    return UNKNOWN if day is None else int(day.strftime("%Y%m%d"))


def _team_performance(facts: Sequence[Row], versions: Iterable[Version], dim_priorities: Iterable[Row]) -> list[Row]:
    """The hours to assign promised, then each team's mean, by priority; a member without a team is in no team."""
    teams = {version.analyst_key: version.team for version in versions}
    promised = {row["priority"]: row["assign_sla_hours"] for row in dim_priorities}
    taken: dict[tuple[str | None, int | None], list[float]] = {}
    for fact in facts:
        if fact["assigned_at"] is not None and fact["created_at"] > _AFTER:
            taken.setdefault((teams[fact["analyst_key"]], fact["priority"]), []).append(fact["hours_to_assign"])
    report: list[Row] = [{"team": "SLA", **{f"priority_{number}": promised.get(number) for number in (1, 2, 3)}}]
    for team in sorted({team for team, _ in taken if team is not None}):
        own = {number: taken.get((team, number), []) for number in (1, 2, 3)}
        means = {f"priority_{number}": fsum(hours) / len(hours) if hours else None for number, hours in own.items()}
        report.append({"team": team, **means})
    return report
