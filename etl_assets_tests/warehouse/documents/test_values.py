"""What a value of a document is, and which column carries all values of a field."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_assets.errors import LoadRefused
from etl_assets.warehouse.documents.arrays import array_of
from etl_assets.warehouse.documents.names import Names, joined
from etl_assets.warehouse.documents.survey import Field, survey
from etl_assets.warehouse.documents.values import BOOLEAN, MOMENT, NUMBER, OTHER, TEXT, document, scalar, written

_DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1", NUMBER, 1),
        ("-73.98513559999999", NUMBER, "-73.98513559999999"),
        ("1e999999999999999999", NUMBER, "1e999999999999999999"),
        ("1e9999999999999999999", OTHER, "1e9999999999999999999"),
        ("-0.1E-9999999999999999999", OTHER, "-0.1E-9999999999999999999"),
        ("true", BOOLEAN, True),
        ('"x"', TEXT, "x"),
        ('{"$numberLong": "9223372036854775807"}', NUMBER, 2**63 - 1),
        ('{"$numberInt": "-5"}', NUMBER, -5),
        ('{"$numberDecimal": "1.10"}', NUMBER, "1.10"),
        ('{"$numberDecimal": "1E+3"}', NUMBER, "1E+3"),
        ('{"$numberDecimal": "NaN"}', OTHER, '{"$numberDecimal": "NaN"}'),
        ('{"$numberDouble": "-Infinity"}', OTHER, '{"$numberDouble": "-Infinity"}'),
        ('{"$oid": "5f"}', TEXT, "5f"),
        ('{"$date": 0}', MOMENT, 0),
        ('{"$date": -86400000}', MOMENT, -_DAY),
        ('{"$date": {"$numberLong": "86400000"}}', MOMENT, _DAY),
        ('{"$date": "1970-01-02T00:00:00Z"}', MOMENT, _DAY),
        ('{"$date": "1970-01-02T02:00:00.123+02:00"}', MOMENT, _DAY + 123_000),
        ('{"$date": "soon"}', OTHER, '{"$date": "soon"}'),
        ('{"$date": 1e3}', OTHER, '{"$date": 1e3}'),
        ('{"$date": {"$numberLong": "99999999999999999"}}', OTHER, '{"$date": {"$numberLong": "99999999999999999"}}'),
        ('{"$binary": "AA==", "$type": "00"}', OTHER, '{"$binary": "AA==", "$type": "00"}'),
    ],
)
def test_extended_json_is_understood_and_what_is_not_is_kept(text: str, kind: str, value: Any) -> None:  # noqa: ANN401 - whatever is carried
    assert scalar(document(text)) == (kind, value)


def surveyed(*texts: str, deepest: int = 16) -> Field:
    found = Field(path="", depth=0, deepest=deepest)
    for text in texts:
        survey(found, document(f'{{"x": {text}}}'))
    return found.children["x"]


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["1", "-9223372036854775808"], "bigint"),
        (["9223372036854775808"], "numeric(38,0)"),
        (["1", "2.50"], "double precision"),
        (["-73.98513559999999", "40.7"], "double precision"),
        (["9007199254740993", "0.5"], "numeric(38,1)"),
        (["0.12345678901234567890123"], "numeric(38,23)"),
        (['{"$numberDecimal": "1.10"}', "1.5"], "numeric(38,2)"),
        (["1e400"], "text"),
        (["1e-400"], "text"),
        (["1e999999999999999999"], "text"),
        (["1", "1e9999999999999999999"], "bigint"),
        ([f"{'9' * 38}.5"], "text"),
        (["1" * 5_000], "text"),
        (["true"], "boolean"),
        (['{"$date": 0}'], "timestamp"),
        (["null"], "text"),
    ],
)
def test_the_type_of_a_column_carries_every_value(texts: list[str], kind: str) -> None:
    assert surveyed(*texts).type == kind
    assert surveyed(*reversed(texts)).type == kind


@given(
    st.lists(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.decimals(-9, 9, places=5)))
)
def test_no_number_loses_a_digit(numbers: list[int | float | Decimal]) -> None:
    texts = [str(number) if not isinstance(number, float) else json.dumps(number) for number in numbers]
    found = Field(path="", depth=0, deepest=2)
    values = [document(text) for text in texts]
    for value in values:
        survey(found, value)
    carried = array_of(found.type, [scalar(value)[1] for value in values]).to_pylist()
    exact = [Decimal(repr(one)) if isinstance(one, float) else Decimal(one) for one in carried]
    assert exact == [Decimal(text) for text in texts]


def test_the_first_kind_is_that_of_most_values_whatever_came_first() -> None:
    assert surveyed('"a"', "1", "2", "true").kinds == [NUMBER, TEXT, BOOLEAN]
    assert surveyed("true", "2", "1", '"a"').kinds == [NUMBER, TEXT, BOOLEAN]
    assert surveyed("1", "true", "false", '"a"', '"b"', '"c"').kinds == [TEXT, BOOLEAN, NUMBER]
    assert surveyed("true", '"a"').kinds == [TEXT, BOOLEAN]


def test_what_is_nested_too_deeply_is_named() -> None:
    assert surveyed('{"a": [{"b": 1}]}', deepest=4)
    with pytest.raises(LoadRefused, match=r"The field x\.a\[\]\.b is within more than 3 objects and arrays\."):
        surveyed('{"a": [{"b": 1}]}', deepest=3)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_written_is_the_same_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    assert json.loads(written(document(json.dumps(value)))) == value
    assert written(document("[1.50, 1e3, -0.0]")) == "[1.50, 1e3, -0.0]"


def test_names_are_lower_case_without_signs_short_and_there_once() -> None:
    assert joined("address", "zipCode") == "address_zipcode"
    assert joined("_id") == "id"
    assert joined("2024", "é.x") == "n2024_é_x"
    assert joined("$", ".") == "field"
    long = joined("a" * 100)
    assert len(long.encode()) == 63
    assert long != joined("a" * 101)
    assert len(Names([]).free(f"{long}_variant").encode()) == 63
    names = Names(["id"])
    assert [names.free("id"), names.free("x"), names.free("x"), names.free("x")] == ["id_2", "x", "x_2", "x_3"]
