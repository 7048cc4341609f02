"""What goes wrong while rows are streamed."""

import pytest

from etl_assets.errors import WarehouseError
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.engines.duckdb import DuckDBEngine

LATE = "select cast(case when i = 900000 then 'x' else '1' end as integer) as n from {} as t(i)"


def test_an_error_behind_the_first_batch_is_named_like_one_before_it(engine: Engine) -> None:
    series = "range(1000000)" if isinstance(engine, DuckDBEngine) else "generate_series(1, 1000000)"
    with engine.reading() as session, pytest.raises(WarehouseError, match="The warehouse refused a statement"):
        session.batches(LATE.format(series)).read_all()
