"""Exchange rates from an API: one small document, looked at closely, and landed as it came.

The document is ``{"base": "GBP", "date": "2024-11-15", "rates": {"EUR": 1.2, …}}``: how much of each currency one unit
of the base is worth on that day. What else it says is kept and not loaded.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
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
    now: datetime | None = None,
    patience: Patience | None = None,
) -> Fetched:
    """Fetch the rates, keep the document in the lake as it came, and let it land as a file.

    Args:
        url: Of the API.
        dataset: Whose lake folder it is kept in.
        landing: The landing folder.
        lake: Where it is kept.
        now: The time in the file's name, UTC: the document stands for what was said last.
        patience: How long and how often to try.

    Raises:
        SourceError: When there is no such document; nothing has landed.
    """
    document = fetch(url, patience)
    try:
        day, count = rates_of(document)
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


def rates_of(document: bytes) -> tuple[date, int]:
    """The day and the number of rates of a document.

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
    _refuse_code(fields["base"], "base")
    rates = fields["rates"]
    if not isinstance(rates, Fields) or not rates:
        message = "its rates are no object, or an empty one"
        raise IllFormed(message)
    for code, rate in rates:
        _refuse_code(code, "rates")
        if not isinstance(rate, Number):
            message = f"its rate of {code} is no number"
            raise IllFormed(message)
    return _day(fields["date"]), len(rates)


def _refuse_code(code: object, where: str) -> None:
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        message = f"its {where} have {code!r}, which is no currency's code"
        raise IllFormed(message)


def _day(text: object) -> date:
    try:
        if isinstance(text, str) and _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    message = f"its date is {text!r}"
    raise IllFormed(message)
