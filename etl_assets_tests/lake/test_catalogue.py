"""A state of the catalogue is read back as it was written, and nothing else is read at all."""

from datetime import datetime

import pytest

from etl_assets.errors import LakeError
from etl_assets.lake.catalogue import Shape, SourceColumn, State

STATE = State(
    number=2,
    seen_at=datetime(2024, 1, 2, 3, 4, 5, 6),  # noqa: DTZ001 - UTC without a zone
    verdict="refused",
    reason="price is gone",
    epoch=1,
    shape=Shape(columns=(SourceColumn(name="id", type="integer", lake="int32", nullable=False),), key=("id",)),
)


def test_a_state_is_read_back_as_it_was_written() -> None:
    assert State.from_json(STATE.to_json()) == STATE


@pytest.mark.parametrize(("right", "wrong"), [(b'"format": 1', b'"format": 2'), (b'"epoch": 1', b'"epoch": "1"')])
def test_a_state_of_another_form_is_refused(right: bytes, wrong: bytes) -> None:
    with pytest.raises(LakeError, match=r"A state of the catalogue cannot be read"):
        State.from_json(STATE.to_json().replace(right, wrong))
