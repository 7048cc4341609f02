"""Whether a warehouse holds what its source does: compared by range and checksum, then by row, and repaired.

Knows no Dagster. The source and the engine make the checksums themselves; what differs is brought in through the lake.
"""

from etl_assets.reconcile.reconcile import reconcile
from etl_assets.reconcile.report import Difference, ReconcileReport, TableCompared

__all__ = ["Difference", "ReconcileReport", "TableCompared", "reconcile"]
