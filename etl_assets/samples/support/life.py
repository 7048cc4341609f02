"""What goes on in the department, told in exports: the history at once, then each day's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa

from etl_assets.samples.outbox import Outbox
from etl_assets.samples.support.analysts import Roster, first_roster, next_day, next_year
from etl_assets.samples.support.cases import events, events_by_time, opened, revised, split_at
from etl_assets.samples.support.sheets import PROMISES, calendar, products, promises_sheet
from etl_assets.samples.support.story import CASE_YEARS, FOUNDED, HANDOVER, Story, new_year


@dataclass(frozen=True, kw_only=True)
class Life:
    """What one export leaves to the next.

    Args:
        roster: Who works there.
        pids: What cases are about.
        backlog: Cases whose log is not yet exported, the oldest first.
        pending: Events that are still to come.
    """

    roster: Roster
    pids: pa.Array
    backlog: pa.Table
    pending: pa.Table


def history(story: Story, outbox: Outbox) -> Life:
    """Four years of cases and five of analysts."""
    rosters = _rosters(story, outbox)
    sold = products(story)
    outbox.put("products.csv", [sold])
    outbox.put("calendar.csv", [calendar()])
    outbox.put_text("PrioritySLA.csv", promises_sheet(), rows=len(PROMISES))
    pids = sold["pid"].combine_chunks()[-story.products[-1] :]
    backlog, later = pa.table({}), list[pa.Table]()
    for year in CASE_YEARS:
        cases = _cases_of(story, year, aids=rosters[year - 1].aids, pids=pids)
        outbox.put(f"cases_{year}.csv", [cases])
        held = story.backlog if year == CASE_YEARS[-1] else 0
        backlog = cases.slice(cases.num_rows - held)
        told = events_by_time(story.chance("events", year), cases.slice(0, cases.num_rows - held))
        outbox.put(f"logs_{year}.csv", _handed_over(told, later))
    for table in ("cases", "logs"):
        outbox.join(f"{table}.csv", [f"{table}_{year}.csv" for year in CASE_YEARS])
    return Life(roster=rosters[CASE_YEARS[-1]], pids=pids, backlog=backlog, pending=pa.concat_tables(later))


def next_export(story: Story, outbox: Outbox, life: Life, day: int) -> Life:
    """One export: all analysts; the day's cases and some of the backlog; the events of the day and of the backlog."""
    chance, end = story.chance("days", day), HANDOVER + timedelta(days=day)
    roster = next_day(story, life.roster, day)
    numbers, begin = chance.order(story.cases_a_day) + (day - 1) * story.cases_a_day, end - timedelta(days=1)
    fresh = opened(chance, numbers=numbers, begin=begin, end=end, aids=pa.array(life.roster.aids), pids=life.pids)
    seniors = pa.array(roster.seniors or life.roster.aids)
    known = revised(chance, life.backlog.slice(0, story.caught_up_a_day), aids=seniors)
    logged = pa.concat_tables([known, fresh.slice(0, fresh.num_rows - story.caught_up_a_day)])
    told, pending = split_at(pa.concat_tables([life.pending, events(chance, logged)]), end)
    outbox.put("analysts.csv", [roster.rows])
    outbox.put("cases.csv", [pa.concat_tables([known, fresh])])
    outbox.put("logs.csv", [told])
    held = fresh.slice(fresh.num_rows - story.caught_up_a_day)
    backlog = pa.concat_tables([life.backlog.slice(story.caught_up_a_day), held])
    return Life(roster=roster, pids=life.pids, backlog=backlog, pending=pending)


def _handed_over(parts: Iterable[pa.Table], later: list[pa.Table]) -> Iterator[pa.Table]:
    """The events before the handover; the others go to ``later``."""
    for part in parts:
        told, pending = split_at(part, HANDOVER)
        later.append(pending)
        yield told


def _rosters(story: Story, outbox: Outbox) -> dict[int, Roster]:
    """HR's snapshot of each year; with the years its staff is handed on."""
    rosters = {FOUNDED: first_roster(story)}
    for year in CASE_YEARS:
        rosters[year] = next_year(story, rosters[year - 1], year)
    for year, roster in rosters.items():
        outbox.put(f"analysts_{year}.csv", [roster.rows])
    return rosters


def _cases_of(story: Story, year: int, *, aids: list[str], pids: pa.Array) -> pa.Table:
    """A year's cases, given to those who worked there in the year before."""
    chance = story.chance("cases", year)
    numbers = chance.order(story.cases_a_year)
    begin, end = new_year(year), new_year(year + 1)
    return opened(chance, numbers=numbers, begin=begin, end=end, aids=pa.array(aids), pids=pids)
