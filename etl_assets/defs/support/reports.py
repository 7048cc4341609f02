"""The support warehouse's reports: views, each written out as a delimited file too."""

from etl_assets.defs.support.raw import DATASETS
from etl_assets.factories.reports import Export, report
from etl_assets.warehouse.delimited import Delimited
from etl_assets.warehouse.models.declare import View

team_performance = View(name="support/reports/team_performance")
team_performance_by_month = View(name="support/reports/team_performance_by_month")
analyst_performance = View(name="support/reports/analyst_performance")

MODELS = (team_performance, team_performance_by_month, analyst_performance)

EXPORTS = {
    team_performance: Export(
        order_by=("case when team = 'SLA' then 0 else 1 end", "team"), form=Delimited(quoting="minimal")
    ),
    team_performance_by_month: Export(order_by=("year", "month", "team", "priority")),
    analyst_performance: Export(order_by=("aid", "priority")),
}

reports = [report(view, export, datasets=DATASETS) for view, export in EXPORTS.items()]
