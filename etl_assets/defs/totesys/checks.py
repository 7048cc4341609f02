"""What the totesys warehouse promises: `sql/totesys/checks/<name>.sql` each. Sums block, the source's oddities warn."""

from etl_assets.warehouse.models.checks import accepted_values, sql_check

OF_SALES = (
    sql_check("sales_add_up_to_staging", blocking=True),
    sql_check("sales_name_what_is_known"),
    sql_check("sales_are_promised_for_later"),
)

OF_PURCHASES = (
    sql_check("purchases_add_up_to_staging", blocking=True),
    sql_check("purchases_name_what_is_known"),
    sql_check("purchases_are_promised_for_later"),
)

OF_PAYMENTS = (
    sql_check("payments_add_up_to_staging", blocking=True),
    sql_check("payments_name_what_is_known"),
    sql_check("payments_are_what_orders_cost"),
)

OF_TRANSACTIONS = (sql_check("transactions_are_of_one_order"), sql_check("transactions_name_a_known_order"))

OF_CURRENCIES = (sql_check("currencies_have_a_name"), sql_check("currencies_have_one_number"))

OF_PAYMENT_TYPES = (
    accepted_values("payment_type_name", ["SALES_RECEIPT", "SALES_REFUND", "PURCHASE_PAYMENT", "PURCHASE_REFUND"]),
)

OF_RATES = (
    sql_check("rates_are_of_a_pound"),
    sql_check("rates_are_positive"),
    sql_check("rates_are_of_known_currencies"),
)

OF_DATES = (sql_check("every_date_is_a_known_day", blocking=True), sql_check("days_are_of_1900_to_2100"))
