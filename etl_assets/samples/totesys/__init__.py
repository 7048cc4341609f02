"""A business on an operational database: orders, payments, people, day by day; its history is kept apart."""

from etl_assets.samples.totesys.write import open_business, write_totesys

__all__ = ["open_business", "write_totesys"]
