"""Whether a warehouse can be written, asked beforehand."""

from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar
from unittest.mock import Mock

import pytest

from etl_assets.errors import WarehouseBusy, WarehouseError
from etl_assets.warehouse import ledger
from etl_assets.warehouse.dialects import Dialect, Postgres
from etl_assets.warehouse.engines import Engine, Session
from etl_assets.warehouse.ready import refuse_unwritable


class Refusing(Engine):
    """Can be read, and refuses to be written."""

    DIALECT: ClassVar[type[Dialect]] = Postgres

    def __init__(self, error: WarehouseError) -> None:
        """Refuse with this error."""
        super().__init__("postgresql://me:secret@host/warehouse")  # pragma: allowlist secret - made up
        self.error = error

    def reading(self) -> AbstractContextManager[Session]:
        """A session that answers anything."""
        return nullcontext(Mock(spec=Session))

    def _writing(self) -> AbstractContextManager[Session]:
        raise self.error


def test_a_warehouse_that_can_be_written_gets_its_ledgers(engine: Engine) -> None:
    refuse_unwritable(engine)
    with engine.reading() as session:
        assert ledger.exists(session)


def test_one_that_may_only_be_read_is_named_without_its_password() -> None:
    with pytest.raises(WarehouseError) as raised:
        refuse_unwritable(Refusing(WarehouseError("no right to create")))
    assert raised.value.message == (
        "The warehouse postgresql://me:***@host/warehouse can be read but not written: no right to create"
    )
    assert raised.value.mend


def test_one_that_is_held_by_another_program_says_so_itself() -> None:
    with pytest.raises(WarehouseBusy, match="held"):
        refuse_unwritable(Refusing(WarehouseBusy("It is held.")))
