"""The support warehouse's star: four dimensions and the cases."""

from etl_assets.defs.support import checks
from etl_assets.defs.support.raw import DATASETS
from etl_assets.factories.models import model_asset
from etl_assets.warehouse.models.checks import conserves, references
from etl_assets.warehouse.models.declare import BEGINNING, Incremental, Member, Table, Type2

dim_analysts = Type2(
    name="support/marts/dim_analysts",
    key=("aid",),
    entity="analyst",
    tracked=("team", "skills"),
    overwritten=("name",),
)

dim_products = Type2(
    name="support/marts/dim_products",
    key=("pid",),
    entity="product",
    overwritten=("product_line", "product_group", "product"),
    beginning=BEGINNING,
    checks=checks.OF_PRODUCTS,
)

dim_priorities = Type2(
    name="support/marts/dim_priorities",
    key=("priority",),
    entity="priority",
    overwritten=("name", "assign_sla_hours", "response_sla_hours", "resolve_sla_hours"),
    beginning=BEGINNING,
)

dim_calendar = Table(name="support/marts/dim_calendar", key=("date_id",), checks=checks.OF_CALENDAR)

fact_cases = Incremental(
    name="support/marts/fact_cases",
    key=("cid",),
    touched={"support/staging/cases": "cid", "support/staging/logs": "cid"},
    members=(
        Member(column="priority_key", dimension="support/marts/dim_priorities", by="priority"),
        Member(column="product_key", dimension="support/marts/dim_products", by="pid"),
        Member(
            column="analyst_key",
            dimension="support/marts/dim_analysts",
            by="aid",
            at="coalesce(assigned_at, created_at)",
        ),
    ),
    checks=(
        conserves("cid", "support/staging/cases", "cid"),
        references("priority_key", "support/marts/dim_priorities", "priority_key"),
        references("product_key", "support/marts/dim_products", "product_key"),
        references("analyst_key", "support/marts/dim_analysts", "analyst_key"),
        references("created_date_id", "support/marts/dim_calendar", "date_id"),
        references("assigned_date_id", "support/marts/dim_calendar", "date_id"),
        references("response_date_id", "support/marts/dim_calendar", "date_id"),
        references("resolved_date_id", "support/marts/dim_calendar", "date_id"),
        *checks.OF_CASES,
    ),
)

MODELS = (dim_analysts, dim_products, dim_priorities, dim_calendar, fact_cases)

marts = [model_asset(model, datasets=DATASETS) for model in MODELS]
