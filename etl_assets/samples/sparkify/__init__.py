"""A music streaming application: a file of events for each day, and a file for each song that is known."""

from etl_assets.samples.report import SampleReport
from etl_assets.samples.sparkify.exports import write_sparkify

__all__ = ["SampleReport", "write_sparkify"]
