"""Each type's rule: what is a value and which, what is not and why. Nothing rounds, wraps or is cut."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl_assets.schema import Column
from etl_assets_tests.warehouse.load.lake_rows import Load
from etl_assets_tests.warehouse.load.lexical_cases import (
    NOT_A_DATE,
    NOT_A_NUMBER,
    NOT_A_TIME,
    NOT_WHOLE,
    REASONS,
    VALUES,
)

Outcome = tuple[str, object]
"""("value", the value) or ("bad", the reason)."""


def outcomes(kind: str, texts: Sequence[str | None]) -> list[Outcome]:
    """What becomes of each text in a column of this type."""
    column = Column("a", kind, null_texts=())
    with TemporaryDirectory() as folder:
        caster = Load(Path(folder), {"a.csv": [[text] for text in texts]}, ["a"]).caster(column)
        good = {row["_row"]: ("value", row["a"]) for row in caster.good().read_all().to_pylist()}
        bad = {row["row_number"]: ("bad", row["reason"]) for row in caster.bad().read_all().to_pylist()}
    assert not good.keys() & bad.keys()
    return [(good | bad)[number] for number in range(1, len(texts) + 1)]


@pytest.mark.parametrize("kind", VALUES)
def test_a_text_that_is_a_value_is_exactly_that_value(kind: str) -> None:
    wanted = [("value", value) for value in VALUES[kind].values()]
    assert outcomes(kind, list(VALUES[kind])) == wanted


@pytest.mark.parametrize("kind", REASONS)
def test_a_text_that_is_no_value_says_why(kind: str) -> None:
    wanted = [(text, ("bad", reason)) for text, reason in REASONS[kind].items()]
    assert list(zip(REASONS[kind], outcomes(kind, list(REASONS[kind])), strict=True)) == wanted


def test_every_type_of_the_schema_has_a_rule() -> None:
    assert {kind.partition("(")[0] for kind in VALUES} == {
        "text", "bigint", "integer", "numeric", "double precision", "boolean", "date", "timestamp",
    }  # fmt: skip
    assert VALUES.keys() == REASONS.keys()


# The rules once more in plain Python, for texts that nobody thought of.


def whole_by_python(text: str, bits: int) -> Outcome:
    if not re.fullmatch("[+-]?[0-9]+", text):
        return "bad", NOT_WHOLE
    name = {32: "integer", 64: "bigint"}[bits]
    value = int(text)
    return ("value", value) if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) else ("bad", f"out of range for {name}")


def numeric_by_python(text: str, precision: int, scale: int) -> Outcome:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return "bad", NOT_A_NUMBER
    mantissa, exponent = [*re.split("[eE]", text), "0"][:2]
    value = Decimal(f"{mantissa}e{max(-FAR, min(FAR, int(exponent)))}")
    if not value:
        return "value", value
    if value.adjusted() > DIGITS_OF_ANY_TEXT:
        return "bad", f"out of range for numeric({precision},{scale})"
    with localcontext(prec=3000):
        if value.adjusted() < -DIGITS_OF_ANY_TEXT or value != value.quantize(Decimal(1).scaleb(-scale)):
            return "bad", f"more than {scale} digits behind the point"
        fits = abs(value) < Decimal(10) ** (precision - scale)
    return ("value", value) if fits else ("bad", f"out of range for numeric({precision},{scale})")


def double_by_python(text: str) -> Outcome:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return "bad", NOT_A_NUMBER
    value = float(text)
    is_lost = value == 0 and re.match("[^eE]*[1-9]", text)
    return ("bad", "out of range for double precision") if math.isinf(value) or is_lost else ("value", value)


def date_by_python(text: str) -> Outcome:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return "bad", NOT_A_DATE
    try:
        return "value", date(*map(int, text.split("-")))
    except ValueError:
        return "bad", "no such date"


MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]"
    r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])"
    r"(?:\.([0-9]+))?"
    r"(Z|[+-](?:0[0-9]|1[0-5])(?::[0-5][0-9])?)?"
)


def timestamp_by_python(text: str) -> Outcome:
    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)[ T](([01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?(Z|[+-](?:0\d|1[0-5])(?::[0-5]\d)?)?",
        text,
        re.ASCII,
    )
    if not found:
        return "bad", NOT_A_TIME
    fraction = (found[4] or "").rstrip("0")
    if len(fraction) > 6:
        return "bad", "more than 6 digits behind the second"
    zone = {"Z": "+00:00", None: "+00:00"}.get(found[5], f"{found[5]}:00" if len(found[5] or "") == 3 else found[5])
    try:
        value = datetime.fromisoformat(f"{found[1]}T{found[2]}.{fraction:0<6}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return "bad", "no such time"
    return "value", value.replace(tzinfo=None)


def pieces(*choices: str | st.SearchStrategy[str], size: int = 8) -> st.SearchStrategy[str]:
    """Texts of pieces that the type's values are made of."""
    one = st.one_of(*(st.sampled_from(choice.split("·")) if isinstance(choice, str) else choice for choice in choices))
    return st.lists(one, max_size=size).map("".join)


DIGITS_OF_ANY_TEXT, FAR = 2_000, 10_000
DIGITS = st.text("0123456789", max_size=12)
NUMBERS = st.one_of(
    pieces("+·-·.·e·E·0·00·1·9·e+·e-05·NaN· ", DIGITS, size=5),
    st.from_regex(r"[+-]?[0-9]{0,30}\.?[0-9]{0,12}([eE][+-]?[0-9]{1,4})?", fullmatch=True, alphabet="0123456789+-.eE"),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
DAYS = st.one_of(
    pieces("2020-·02·-29·-30·0000·9999·-12-31·1900·-1", size=4),
    st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]", fullmatch=True, alphabet="0123456789-"),
    st.dates().map(str),
)
CLOCKS = st.from_regex(
    r"[ T][012][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,9}0{0,3})?(Z|[+-][01][0-9](:[0-6][05])?)?", fullmatch=True
)
TIMES = st.one_of(
    st.builds(str.__add__, DAYS, CLOCKS), st.datetimes().map(str), st.datetimes(timezones=st.timezones()).map(str)
)

ORACLES: dict[str, tuple[st.SearchStrategy[str], Callable[[str], Outcome]]] = {
    "integer": (NUMBERS, lambda text: whole_by_python(text, 32)),
    "bigint": (NUMBERS, lambda text: whole_by_python(text, 64)),
    "numeric(10,2)": (NUMBERS, lambda text: numeric_by_python(text, 10, 2)),
    "numeric(38,10)": (NUMBERS, lambda text: numeric_by_python(text, 38, 10)),
    "numeric(5,0)": (NUMBERS, lambda text: numeric_by_python(text, 5, 0)),
    "double precision": (NUMBERS, double_by_python),
    "date": (DAYS, date_by_python),
    "timestamp": (TIMES, timestamp_by_python),
}


@pytest.mark.parametrize("kind", ORACLES)
def test_any_text_is_what_plain_python_says_that_it_is(kind: str) -> None:
    texts_of, oracle = ORACLES[kind]

    @settings(deadline=None, max_examples=8)
    @given(st.lists(texts_of, min_size=50, max_size=200))
    def agree(texts: list[str]) -> None:
        assert list(zip(texts, outcomes(kind, texts), strict=True)) == [(text, oracle(text)) for text in texts]

    agree()
