"""What happens to people, companies, places and designs in a day: some are new, some change, some silently."""

from collections.abc import Callable, Iterator
from typing import Final

from etl_assets.samples.totesys.book import Book
from etl_assets.samples.totesys.changes import Change, Row
from etl_assets.samples.totesys.people import new_address, new_counterparty, new_design, new_staff
from etl_assets.samples.totesys.revisions import replaced
from etl_assets.samples.totesys.schema import ADDRESS, COUNTERPARTY, DEPARTMENT, DESIGN, STAFF, Table
from etl_assets.samples.totesys.story import Story, at, day_at, written
from etl_assets.samples.totesys.words import SITES, Words

Values = dict[str, object]


class News:
    """The changes of a day to what orders refer to, no row twice.

    Args:
        story: The sample.
        book: What was so far.
        number: The working day.
        known: The highest key of each table.
    """

    def __init__(self, story: Story, book: Book, number: int, known: dict[Table, int]) -> None:
        self._chance = story.chance("news", number)
        self._words = Words(self._chance)
        self._story, self._book, self._known = story, book, known
        self._next = dict(known)
        self._day = day_at(number)
        self._seen = set[tuple[Table, int]]()

    def changes(self) -> Iterator[tuple[str, list[Change]]]:
        """When something happens, and what."""
        for table, rate in _NEW_A_DAY.items():
            for _ in range(self._often(rate)):
                stamp = self._moment()
                self._next[table] += 1
                yield stamp, [Change(table, "I", self._new(table, self._next[table], stamp), moved=True)]
        for table, rate, is_silent, values in _CHANGED_A_DAY:
            for _ in range(self._often(rate, grows=table is not DEPARTMENT)):
                stamp, row = self._moment(), self._drawn(table)
                if row:
                    yield stamp, [replaced(table, row, None if is_silent else stamp, **values(self, row))]

    def place(self, _: Row) -> Values:
        """A company moves: the address has other lines, and another phone."""
        columns = ("address_line_1", "address_line_2", "district", "city", "postal_code", "country", "phone")
        return dict(zip(columns, self._words.place(), strict=True))

    def phone(self, _: Row) -> Values:
        """Another phone."""
        return {"phone": self._words.phone()}

    def site(self, row: Row) -> Values:
        """A department moves to another site."""
        return {"location": self._words.one([site for site in SITES if site != row[2]])}

    def manager(self, _: Row) -> Values:
        """A department is led by somebody else."""
        return {"manager": " ".join(self._words.person())}

    def department(self, row: Row) -> Values:
        """Somebody moves to another department."""
        now, others = int(str(row[STAFF.place("department_id")])), self._known[DEPARTMENT] - 1
        return {"department_id": (now + self._words.number(0, others - 1)) % (others + 1) + 1}

    def contacts(self, _: Row) -> Values:
        """Somebody else is asked."""
        return {"commercial_contact": self._words.contact(), "delivery_contact": self._words.contact()}

    def legal_address(self, _: Row) -> Values:
        """A company is registered elsewhere."""
        return {"legal_address_id": self._words.number(1, self._known[ADDRESS])}

    def folder(self, row: Row) -> Values:
        """A design's file is put elsewhere."""
        folder, now = self._words.folder(), row[DESIGN.place("file_location")]
        return {"file_location": folder if folder != now else f"{folder}/new"}

    def file(self, row: Row) -> Values:
        """A design is drawn anew."""
        name, _, file = self._words.design(self._moment()[:10])
        return {"file_name": file.replace(name.lower(), str(row[1]).lower(), 1)}

    def _often(self, rate: float, *, grows: bool = True) -> int:
        return self._chance.rounded(self._story.grown(rate * 1_000) / 1_000 if grows else rate)

    def _moment(self) -> str:
        return written(at(self._day, 8 + 10.9 * float(self._chance.shares(1)[0])))

    def _drawn(self, table: Table) -> Row | None:
        """A row that did not change today; None when the one that was drawn did."""
        key = self._words.number(1, self._known[table])
        is_fresh = (table, key) not in self._seen
        self._seen.add((table, key))
        return self._book.rows(table, [key]).get(key) if is_fresh else None

    def _new(self, table: Table, key: int, stamp: str) -> Row:
        if table is COUNTERPARTY:
            return new_counterparty(self._words, key, stamp, self._known[ADDRESS])
        make = {ADDRESS: new_address, DESIGN: new_design, STAFF: new_staff}[table]
        return make(self._words, key, stamp)


_NEW_A_DAY: Final = {ADDRESS: 0.02, COUNTERPARTY: 0.01, STAFF: 0.01, DESIGN: 0.9}
_CHANGED_A_DAY: Final[tuple[tuple[Table, float, bool, Callable[[News, Row], Values]], ...]] = (
    (ADDRESS, 0.04, False, News.place),
    (ADDRESS, 0.06, False, News.phone),
    (ADDRESS, 0.02, True, News.phone),
    (DEPARTMENT, 0.02, False, News.site),
    (DEPARTMENT, 0.03, False, News.manager),
    (STAFF, 0.05, False, News.department),
    (COUNTERPARTY, 0.05, False, News.contacts),
    (COUNTERPARTY, 0.02, False, News.legal_address),
    (DESIGN, 3.0, True, News.folder),
    (DESIGN, 0.2, False, News.file),
)
"""The table, how often a day, whether last_updated stays, and what becomes of the row."""
