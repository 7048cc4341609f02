"""No table may be called as one that keeps the rows of another."""

import pytest

from etl_assets.errors import DeclarationError
from etl_assets.warehouse.apart import refuse_shared


@pytest.mark.parametrize("ending", ["rows", "events", "snapshots", "unread"])
def test_a_table_that_is_called_as_one_behind_another_is_refused(ending: str) -> None:
    said = f"shop/staging/user_{ending} cannot be called so: that table keeps what was observed of shop/staging/user"
    with pytest.raises(DeclarationError, match=said):
        refuse_shared(["shop/staging/user", f"shop/staging/user_{ending}"])


def test_others_pass() -> None:
    refuse_shared(["shop/staging/user", "shop/staging/events", "shop/staging/log_events", "mall/staging/user_events"])
