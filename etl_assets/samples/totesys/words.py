"""The names of people, companies, places and files."""

from collections.abc import Sequence
from typing import Final, TypeVar

from etl_assets.samples.chance import Chance

_Item = TypeVar("_Item")

CURRENCIES: Final = ("GBP", "USD", "EUR")
DEPARTMENTS: Final = ("Sales", "Purchasing", "Production", "Dispatch", "Finance", "Facilities", "Press", "People")
PAYMENT_TYPES: Final = ("SALES_RECEIPT", "SALES_REFUND", "PURCHASE_PAYMENT", "PURCHASE_REFUND")
SITES: Final = ("Leeds", "Manchester", "Hull", "York", "Bradford")
NOTHING: Final = (None, None, None, None, None, None, None, "", "NULL", "None")
"""How people leave a field empty."""
_FIRST: Final = str.split(
    "Ada Bela Chidi Dana Emil Farah Goran Hana Ivo Jun Kofi Lena Mira Nils Omar Petra Quentin Rosa Samir Tove"
)
_LAST: Final = str.split(
    "Abbott Berg Castell Dahl Eriksen Fane Gallo Haas Ibsen Jansen Keita Lund Moreau Novak Oduya Pires Quist Rossi"
    " Sato Thorne Ueda Varga Weiss Yilmaz Zander"
)
_STREETS: Final = str.split("Alder Birch Cedar Elm Hazel Juniper Linden Maple Oak Pine Rowan Willow")
_WAYS: Final = str.split("Street Road Lane Court Way Gardens Hill Row")
_TOWNS: Final = str.split("Ash Bramble Copper Dun East Fern Glen Hart Iron Kings Long Mill North Otter Stone West")
_ENDINGS: Final = str.split("bury ford ham ton wick worth field mouth")
_DISTRICTS: Final = str.split("Avon Borders Dale Fenland Moors Northshire Wolds")
_COUNTRIES: Final = str.split(
    "Austria Belgium Brazil Canada Chile Denmark Estonia Finland France Germany Ghana Iceland India Ireland Italy Japan"
    " Kenya Latvia Malta Mexico Norway Peru Poland Portugal Spain Sweden Togo Tunisia Uruguay Vietnam"
)
_LEGAL: Final = ("Ltd", "and Sons", "Group", "LLC", "GmbH", "Inc")
_MATERIALS: Final = str.split("Canvas Cork Denim Felt Hemp Jute Leather Linen Nylon Raffia Silk Wool")
_FOLDERS: Final = str.split("/designs /srv/designs /home/studio /mnt/archive /var/shared /opt/print /net/art")
_SIGNS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class Words:
    """Names, drawn one after the other.

    Args:
        chance: Where they are drawn from.
    """

    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    def number(self, low: int, high: int) -> int:
        """An integer from low to high, both included."""
        return low + int(self._chance.below(high - low + 1, 1)[0])

    def one(self, items: Sequence[_Item]) -> _Item:
        """One of several things."""
        return items[self.number(0, len(items) - 1)]

    def person(self) -> tuple[str, str]:
        """A first and a last name."""
        return self.one(_FIRST), self.one(_LAST)

    def contact(self) -> str | None:
        """Whom to ask, or one of the ways to leave that empty."""
        return " ".join(self.person()) if self.number(0, 9) else self.one(NOTHING)

    def company(self) -> str:
        """A legal name."""
        return f"{self.one(_LAST)} {self.one(_STREETS)} {self.one(_LEGAL)}"

    def place(self) -> tuple[str | None, ...]:
        """An address: two lines, district, city, postal code, country and phone."""
        first = f"{self.number(1, 299)} {self.one(_STREETS)} {self.one(_WAYS)}"
        second = f"Unit {self.number(1, 40)}" if not self.number(0, 2) else self.one(NOTHING)
        district = self.one(_DISTRICTS) if self.number(0, 1) else None
        city = f"{self.one(_TOWNS)}{self.one(_ENDINGS)}"
        return first, second, district, city, f"{self.number(0, 99999):05}", self.one(_COUNTRIES), self.phone()

    def phone(self) -> str:
        """A number to call."""
        return f"{self.number(0, 9999):04} {self.number(0, 999999):06}"

    def folder(self) -> str:
        """Where a design's file is."""
        return f"{self.one(_FOLDERS)}/{self.number(1, 12)}"

    def design(self, date: str) -> tuple[str, str, str]:
        """A design: its name, and the folder and name of its file."""
        name = self.one(_MATERIALS)
        code = "".join(self.one(_SIGNS) for _ in range(4))
        return name, self.folder(), f"{name.lower()}-{date.replace('-', '')}-{code}.json"
