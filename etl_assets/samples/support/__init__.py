"""The exports of a support department: HR's analysts, products, cases and a text log, year by year, then day by day."""

from etl_assets.samples.report import SampleReport
from etl_assets.samples.support.exports import write_support

__all__ = ["SampleReport", "write_support"]
