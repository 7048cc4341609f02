"""What the business expects of the support warehouse: `sql/support/checks/<name>.sql` each; rows that it finds warn."""

from etl_assets.warehouse.models.checks import sql_check

OF_PRODUCTS = (sql_check("products_have_a_known_parent"), sql_check("products_have_three_levels"))

OF_CALENDAR = (sql_check("calendar_agrees_with_the_business"),)

OF_CASES = (
    sql_check("cases_have_a_known_analyst"),
    sql_check("cases_have_a_known_product"),
    sql_check("cases_have_a_known_priority"),
    sql_check("cases_fall_into_an_analysts_time"),
    sql_check("cases_are_created_first"),
    sql_check("cases_are_resolved_last"),
    sql_check("logs_belong_to_a_case"),
    sql_check("log_events_are_known"),
)
