"""The names of currencies, against the library that keeps the same data."""

import csv
from datetime import date

from babel import Locale
from babel.core import get_cldr_version
from babel.numbers import get_currency_name, get_territory_currencies, list_currencies

from etl_assets.names import SQL_ROOT
from etl_assets_tests.defs.totesys.told import Told, bad_rows

FILE = SQL_ROOT / "totesys" / "marts" / "iso_currencies.sql"
TODAY = date(2026, 11, 22)
MANY = 150


def listed() -> dict[str, str]:
    """The codes and names of the file."""
    lines = [line.strip().strip(",") for line in FILE.read_text(encoding="utf-8").splitlines()]
    pairs = [line[1:-1] for line in lines if line.startswith("('")]
    return dict(csv.reader(pairs, quotechar="'", skipinitialspace=True))  # pyright: ignore[reportArgumentType] - rows of two


def test_every_code_has_the_name_that_the_common_locale_data_gives_it() -> None:
    assert listed() == {code: get_currency_name(code, locale="en") for code in list_currencies("en")}
    assert f"version {get_cldr_version()}." in FILE.read_text(encoding="utf-8")


def test_every_currency_that_a_country_pays_in_is_there() -> None:
    countries = [str(name) for name in Locale("en").territories if len(str(name)) == len("GB")]
    used = {code for name in countries for code in get_territory_currencies(name, TODAY)}
    assert len(used) > MANY
    assert used <= listed().keys()


def test_a_currency_that_nobody_has_heard_of_warns_and_has_no_name(on_duckdb: Told) -> None:
    on_duckdb.tell("currency", 1, "2024-01-01 00:00:00", currency_code="CHF")
    on_duckdb.tell("currency", 2, "2024-01-01 00:00:00", currency_code="QQQ")
    report = on_duckdb.build("marts/dim_currency")["marts/dim_currency"]
    rows = on_duckdb.ask("select currency_code, currency_name from totesys_marts.dim_currency order by currency_id")
    assert rows == [("CHF", "Swiss Franc"), ("QQQ", None)]
    assert bad_rows(report) == {"currencies_have_a_name": 1}


def test_a_code_that_two_numbers_have_warns_also_where_one_of_them_is_gone(on_duckdb: Told) -> None:
    on_duckdb.tell("currency", 1, "2024-01-01 00:00:00", currency_code="USD")
    on_duckdb.tell("currency", 2, "2024-01-01 00:00:00", currency_code="EUR")
    on_duckdb.tell("currency", 1, "2024-01-02 00:00:00", op="D")
    on_duckdb.tell("currency", 3, "2024-01-03 00:00:00", currency_code="USD")
    assert bad_rows(on_duckdb.build("marts/dim_currency")["marts/dim_currency"]) == {"currencies_have_one_number": 2}
