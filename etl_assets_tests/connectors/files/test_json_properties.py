"""Lines read many at once are the same as lines read one by one, whatever is in them."""

import io
import json
from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl_assets.connectors.files import json as json_files
from etl_assets.connectors.files import jsonarray
from etl_assets.connectors.files.json import JsonReader
from etl_assets.connectors.files.jsonfast import proved
from etl_assets.connectors.files.jsonrecords import RecordReader
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.datasets import END_OF_TIME, Json
from etl_assets.schema import Column

TITLES = ("a", "b", "é", "")
NAMES = ("a", "b", "c", "d")
FORMS = (Json(lines=True), Json(lines=True, absent_is_null=True))
PIECES = (
    *('"', "\\", "\\\\", '\\"', "\\u0041", "\\ud83d", "\\n", "\\x", "{", "}", "[", "]", ":", ",", " ", "\t", "\r"),
    *("\0", "\u2028", "é", "😀", "null", "true", "NaN", "-0", "01", "1e400", "1.", "0x1F", '"a"', '"a": 1', "// a"),
)

texts = st.one_of(st.text(max_size=5), st.lists(st.sampled_from(PIECES), max_size=4).map("".join))
numbers = st.sampled_from(["0", "-0", "1.50", "1e+05", "9" * 40, "12345678901234567890123", "1E400", "0.1e-3"])
scalars = st.one_of(st.sampled_from(["null", "true", "false"]), numbers, texts.map(json.dumps))
raw = st.one_of(scalars, texts.map(lambda text: json.dumps(text, ensure_ascii=False)))
blanks = st.sampled_from(["", "", "", " ", " ", "  ", "\t", "\r"])


def _joined(parts: Sequence[str], opening: str, closing: str) -> str:
    return f"{opening}{','.join(parts)}{closing}"


@st.composite
def objects(draw: st.DrawFn, values: st.SearchStrategy[str], *, names: st.SearchStrategy[str]) -> str:
    pairs = draw(st.lists(st.tuples(names, values), max_size=5))
    gap = draw(blanks)
    return _joined([f"{gap}{json.dumps(name)}{gap}:{gap}{value}{gap}" for name, value in pairs], "{", "}")


values = st.recursive(
    raw,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: _joined(parts, "[", "]")),
        objects(inner, names=st.sampled_from(["a", "x", '"'])),
    ),
    max_leaves=5,
)
regular = st.tuples(*[values] * len(TITLES)).map(
    lambda given: _joined([f"{json.dumps(name)}: {value}" for name, value in zip(TITLES, given, strict=True)], "{", "}")
)
records = objects(values, names=st.sampled_from([*TITLES, *TITLES, "x", "\\", "a\u0000"]))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A record in which something is left out, put in or put in the place of something else."""
    text = draw(st.one_of(regular, records)).encode(errors="surrogatepass")
    at = draw(st.integers(0, len(text)))
    more = draw(st.one_of(st.sampled_from(PIECES).map(lambda piece: piece.encode()), st.binary(max_size=2)))
    return text[:at] + more + text[at + draw(st.integers(0, 2)) :]


lines = st.one_of(
    regular.map(lambda text: text.encode(errors="surrogatepass")),
    records.map(lambda text: text.encode(errors="surrogatepass")),
    damaged(),
    st.lists(st.sampled_from(PIECES), max_size=6).map(lambda pieces: "".join(pieces).encode()),
)


def _columns(*, later: bool) -> list[Column]:
    since = END_OF_TIME if later else None
    return [Column(name, header=title or None) for name, title in zip(NAMES[:2], TITLES[:2], strict=True)] + [
        Column("c", header="é", since=since)
    ]


def _read(text: bytes, form: Json, *, later: bool, one_by_one: bool) -> tuple[list[pa.RecordBatch], list[str]]:
    reader = JsonReader(io.BytesIO(text), _columns(later=later), form, one_by_one=one_by_one)
    return [*reader.batches(3)], reader.notes


@pytest.mark.parametrize("form", FORMS, ids=["every field", "fields may be absent"])
@settings(deadline=None, max_examples=200)
@given(
    given_lines=st.lists(lines, max_size=8),
    ended=st.booleans(),
    later=st.booleans(),
    block=st.sampled_from([7, 60, 10**6]),
)
def test_many_at_once_give_what_each_gives_alone(
    form: Json, *, given_lines: list[bytes], ended: bool, later: bool, block: int
) -> None:
    text = b"\n".join(given_lines) + b"\n" * ended
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_files, "BLOCK_BYTES", block)
        quick, slow = (_read(text, form, later=later, one_by_one=one_by_one) for one_by_one in (False, True))
    assert quick[1] == slow[1]
    assert [batch.to_pylist() for batch in quick[0]] == [batch.to_pylist() for batch in slow[0]]
    assert all(one.equals(other) for one, other in zip(quick[0], slow[0], strict=True))
    for batch in quick[0]:
        batch.validate(full=True)


between = st.sampled_from([",", ",", ", ", ",\n", " ,\r\n\t", ",,", ";", "\n"]).map(lambda text: text.encode())


@settings(deadline=None, max_examples=200)
@given(elements=st.lists(lines, max_size=6), by=between, end=st.sampled_from(["]", "]", " ]\n", "", "} ", "],", "]]"]))
@pytest.mark.parametrize("block", [5, 10**6])
def test_an_array_gives_what_each_of_its_elements_gives(block: int, elements: list[bytes], by: bytes, end: str) -> None:
    text = b" [\n" + by.join(elements) + end.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonarray, "BLOCK_BYTES", block)
        quick, slow = (_read_whole(text, one_by_one=one_by_one) for one_by_one in (False, True))
    assert quick == slow


def _read_whole(text: bytes, *, one_by_one: bool) -> object:
    """The rows of an array in their order, and the notes; or why it cannot be read."""
    try:
        found, notes = _read(text, Json(absent_is_null=True), later=False, one_by_one=one_by_one)
    except Unreadable as error:
        return str(error)
    return sorted((row for batch in found for row in batch.to_pylist()), key=lambda row: row["_row"]), notes


def test_an_indented_array_is_proved_and_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecordReader, "of_document", None)
    text = json.dumps([{"a": n, "b": [n, {"x": " , "}], "é": None} for n in range(50)], indent=4).encode()
    found, _ = _read(text, Json(), later=False, one_by_one=False)
    assert [row["b"] for batch in found for row in batch.to_pylist()][7] == '[7, {"x": " , "}]'
    assert sum(batch.num_rows for batch in found) == 50


def test_good_lines_are_proved_and_not_read_one_by_one() -> None:
    text = b"".join(
        b'{"a": %d, "b": "x\\n%d", "c": {"d": [1.0, "e"]}, "more": null}\r\n' % (number, number)
        for number in range(100)
    )
    found = proved(text, ["a", "b", "c"], set())
    assert (len(found.lines), found.others.tolist(), found.extra) == (100, [], {"more"})
    assert [cells[7].as_py() for cells in found.cells] == ["7", "x\n7", '{"d": [1.0, "e"]}', '{"more": null}']


@pytest.mark.parametrize(
    "line",
    [
        '{"a": 1, "a": 1}',
        '{"a": 01}',
        '{"a": NaN}',
        '{"a": "\t"}',
        '{"a": "\\ud800"}',
        '{"a": [1,]}',
        '{"a": {"x": 1, "x": 2}}',
        '{"b": 1}',
        '{"a": 1}}',
        '{"a": 1},',
        '{"a": 1 2}',
        '{"a" 1}',
        '{"a": "x" "y"}',
        '{"a": 1, }',
        "{,}",
        '["a", 1]',
        '"a"',
        '{"a": {]}',
        '{"a": "x}',
        "{a: 1}",
        "",
        " ",
        "{}",
        '{"a": 1, "x": 1, "x": 2}',
    ],
)
def test_what_is_ill_formed_is_never_proved(line: str) -> None:
    good = '{"a": 1}\n'
    found = proved(f"{good}{line}\n{good}".encode(), ["a"], set())
    assert (found.lines.tolist(), found.others.tolist()) == ([0, 2], [1])
