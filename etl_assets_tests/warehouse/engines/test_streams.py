"""What goes wrong while rows are streamed."""

import pytest

from etl_assets.errors import WarehouseError
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.engines.duckdb import DuckDBEngine

NAN = "select i as n, cast('NaN' as numeric(10, 2)) as price from generate_series(1, 2) as t(i)"
LATE = "select cast(case when i = 900000 then 'x' else '1' end as integer) as n from {} as t(i)"


def test_an_error_behind_the_first_batch_is_named_like_one_before_it(engine: Engine) -> None:
    series = "range(1000000)" if isinstance(engine, DuckDBEngine) else "generate_series(1, 1000000)"
    with engine.reading() as session, pytest.raises(WarehouseError, match="The warehouse refused a statement"):
        session.batches(LATE.format(series)).read_all()


def test_a_number_that_arrow_has_no_form_of_is_named_with_its_column(postgres_url: str) -> None:
    with open_engine(postgres_url).reading() as session, pytest.raises(WarehouseError) as refused:
        session.batches(NAN).read_all()
    assert refused.value.message.startswith("The column price has a value that is no decimal128(10, 2), such as NaN: ")
    assert refused.value.mend == "Cast the column to text or to double precision."
