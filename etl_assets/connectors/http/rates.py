"""Exchange rates from an API: one small document, looked at closely, and landed as it came.

The document is ``{"base": "GBP", "date": "2024-11-15", "rates": {"EUR": 1.2, …}}``: how much of each currency one unit
of the base is worth on that day. What else it says is kept and not loaded.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from etl_assets.connectors.files.jsontext import Fields, IllFormed, Number, parsed, refuse_ill_formed
from etl_assets.connectors.files.landing import LandedFile
from etl_assets.connectors.files.landings import as_landing
from etl_assets.connectors.http.fetch import Patience, fetch, shown_host
from etl_assets.errors import SourceError
from etl_assets.names import TableName

if TYPE_CHECKING:
    from etl_assets.connectors.files.landings import Landing
    from etl_assets.lake.lake import Lake

_CODE: Final = re.compile(r"[A-Z]{3}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PREFIX: Final = "exchange_rates_"
_PLACES: Final = 10


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What an API said.

    Args:
        rate_date: The day that its rates are of.
        rates: How many.
        path: The file that it was landed as; empty when the last one says the same.
    """

    rate_date: date
    rates: int
    path: str


def land_rates(
    url: str,
    dataset: str,
    landing: "Landing | Path",
    lake: "Lake",
    *,
    base: str,
    now: datetime | None = None,
    patience: Patience | None = None,
) -> Fetched:
    """Fetch the rates, keep the document in the lake as it came, and let it land as a file.

    Args:
        url: Of the API.
        dataset: Whose lake folder it is kept in.
        landing: The landing folder.
        lake: Where it is kept.
        base: The currency that the rates have to be of.
        now: The time in the file's name, UTC: the document stands for what was said last.
        patience: How long and how often to try.

    Raises:
        SourceError: When there is no such document; nothing has landed.
    """
    document = fetch(url, patience)
    try:
        day, count = rates_of(document, base)
    except IllFormed as error:
        message = f"{shown_host(url)} gives no exchange rates: {error}."
        raise SourceError(message, mend="Correct the URL, or ask whoever runs the server.") from error
    lake.keep_original(dataset, sha256(document).hexdigest(), BytesIO(document), folder="documents")
    place, warehouse = as_landing(landing), TableName.parse(dataset).warehouse
    if _last(place, warehouse) == document:
        return Fetched(rate_date=day, rates=count, path="")
    at = now or datetime.now(UTC)
    name = f"{_PREFIX}{at:%Y%m%d-%H%M%S}{at.microsecond // 1000:03}.json"
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(document)
        place.land(warehouse, name, file)
    return Fetched(rate_date=day, rates=count, path=name)


def _last(landing: "Landing", warehouse: str) -> bytes | None:
    """The document that was landed last."""
    files = (one for one in landing.files(warehouse) if isinstance(one, LandedFile))
    ours = (one for one in files if one.path.startswith(_PREFIX) and one.path.endswith(".json"))
    last = max(ours, key=lambda one: one.path, default=None)
    if last is None:
        return None
    with last.open() as file:
        return file.read()


def rates_of(document: bytes, base: str) -> tuple[date, int]:
    """The day and the number of rates of a document.

    Args:
        document: As it came.
        base: The currency that one unit has to be of.

    Raises:
        IllFormed: When it is none.
    """
    said = parsed(document)
    if not isinstance(said, Fields):
        message = "it is no object"
        raise IllFormed(message)
    refuse_ill_formed(said)
    fields = dict(said)
    if missing := [name for name in ("base", "date", "rates") if name not in fields]:
        message = f"it has no field {missing[0]!r}"
        raise IllFormed(message)
    if fields["base"] != base:
        message = f"its base is {fields['base']!r}, and amounts are converted by rates of {base}"
        raise IllFormed(message)
    return _day(fields["date"]), _count(fields["rates"])


def _count(rates: object) -> int:
    """How many rates there are, each of them looked at."""
    if not isinstance(rates, Fields) or not rates:
        message = "its rates are no object, or an empty one"
        raise IllFormed(message)
    for code, rate in rates:
        _refuse_code(code)
        if not isinstance(rate, Number):
            message = f"its rate of {code} is no number"
            raise IllFormed(message)
        if not _fits(rate):
            message = f"its rate of {code} has more than {_PLACES} digits before or behind the point"
            raise IllFormed(message)
    return len(rates)


def _fits(rate: str) -> bool:
    """Whether a column of twenty digits, ten of them behind the point, holds it; else it would be quarantined."""
    try:
        value = Decimal(rate)
    except InvalidOperation:
        return False
    _, digits, exponent = value.as_tuple()
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return not value or (value.adjusted() < _PLACES and int(exponent) + zeros >= -_PLACES)


def _refuse_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        message = f"its rates have {code!r}, which is no currency's code"
        raise IllFormed(message)


def _day(text: object) -> date:
    try:
        if isinstance(text, str) and _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    message = f"its date is {text!r}"
    raise IllFormed(message)
