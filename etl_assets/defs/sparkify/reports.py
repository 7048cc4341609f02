"""The sparkify warehouse's reports: views, each written out as a delimited file too."""

from typing import Final

from etl_assets.defs.sparkify.raw import DATASETS
from etl_assets.factories.reports import Export, report
from etl_assets.warehouse.models.declare import View

plays_by_hour = View(name="sparkify/reports/plays_by_hour")
levels_by_day = View(name="sparkify/reports/levels_by_day")
top_songs = View(name="sparkify/reports/top_songs")
top_artists = View(name="sparkify/reports/top_artists")
top_locations = View(name="sparkify/reports/top_locations")
session_length = View(name="sparkify/reports/session_length")
user_agents = View(name="sparkify/reports/user_agents")
conversion = View(name="sparkify/reports/conversion")

EXPORTS: Final = {
    plays_by_hour: Export(order_by=("day_of_week", "hour")),
    levels_by_day: Export(order_by=("date",)),
    top_songs: Export(order_by=("place", "song", "artist")),
    top_artists: Export(order_by=("place", "artist")),
    top_locations: Export(order_by=("place", "location")),
    session_length: Export(order_by=("year", "month", "level")),
    user_agents: Export(order_by=("plays desc", "browser", "system")),
    conversion: Export(order_by=("year", "month")),
}

MODELS = tuple(EXPORTS)

reports = [report(view, export, datasets=DATASETS) for view, export in EXPORTS.items()]
