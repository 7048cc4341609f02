"""Files as AWS DMS would write them: users and orders of a shop, and a collection of documents about places."""

from etl_assets.samples.dms.write import write_dms

__all__ = ["write_dms"]
