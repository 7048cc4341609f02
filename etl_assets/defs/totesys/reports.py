"""The totesys warehouse's reports: views, each written out as a delimited file too."""

from typing import Final

from etl_assets.defs.totesys.rates import exchange_rates
from etl_assets.defs.totesys.tables import DATASETS
from etl_assets.factories.reports import Export, report
from etl_assets.warehouse.models.declare import View

sales_by_month = View(name="totesys/reports/sales_by_month")
sales_by_country = View(name="totesys/reports/sales_by_country")
sales_by_staff = View(name="totesys/reports/sales_by_staff")
sales_by_design = View(name="totesys/reports/sales_by_design")
sales_by_currency = View(name="totesys/reports/sales_by_currency")
receivables_and_payables = View(name="totesys/reports/receivables_and_payables")
deliveries_and_payments = View(name="totesys/reports/deliveries_and_payments")
best_selling_designs = View(name="totesys/reports/best_selling_designs")
country_trends = View(name="totesys/reports/country_trends")

EXPORTS: Final = {
    sales_by_month: Export(order_by=("year", "month", "currency_code")),
    sales_by_country: Export(order_by=("country", "currency_code")),
    sales_by_staff: Export(order_by=("staff_id", "currency_code")),
    sales_by_design: Export(order_by=("design_id", "currency_code")),
    sales_by_currency: Export(order_by=("currency_code",)),
    receivables_and_payables: Export(order_by=("due_date", "direction", "currency_code")),
    deliveries_and_payments: Export(order_by=("year", "month", "currency_code")),
    best_selling_designs: Export(order_by=("year", "place", "design_id")),
    country_trends: Export(order_by=("year", "month", "place", "country")),
}

MODELS = tuple(EXPORTS)

reports = [report(view, export, datasets=(*DATASETS, exchange_rates)) for view, export in EXPORTS.items()]
