"""Locks on PostgreSQL: one session alone writes a name, several may read it meanwhile."""

import pytest

from etl_assets.errors import WarehouseError
from etl_assets.warehouse.engines import open_engine


def test_readers_share_a_lock_and_keep_a_writer_out(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with engine.writing():
        pass
    with engine.writing() as reader, engine.writing() as other:
        other.run("set local lock_timeout = '200ms'")
        reader.lock(["x"], shared=["a"])
        other.lock([], shared=["a"])
        with pytest.raises(WarehouseError, match="lock timeout"):
            other.lock(["a"])


def test_a_writer_keeps_readers_out(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with engine.writing():
        pass
    with engine.writing() as writer, engine.writing() as other:
        other.run("set local lock_timeout = '200ms'")
        writer.lock(["a"], shared=["a"])
        with pytest.raises(WarehouseError, match="lock timeout"):
            other.lock([], shared=["a"])
