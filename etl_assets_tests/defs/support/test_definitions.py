"""The support warehouse as Dagster sees it: a picture of its graph, and what every asset says of itself."""

import warnings
from pathlib import Path

import dagster as dg
import pytest

from etl_assets.definitions import DAGSTER_S_OWN
from etl_assets.definitions import defs as code_location
from etl_assets.defs.support import marts, reports
from etl_assets.defs.support.raw import DATASETS
from etl_assets.warehouse.models import catalogue

RAW = ("analysts", "calendar", "cases", "company_days", "logs", "priorities", "products")
GRAPH = {
    "raw/landing": set[str](),
    **{f"raw/{name}": {"raw/landing"} for name in RAW},
    **{f"staging/{name}": {f"raw/{name}"} for name in RAW},
    "staging/analysts": {"raw/analysts", "raw/analysts_by_year"},
    "marts/dim_analysts": {"staging/analysts"},
    "marts/dim_products": {"staging/products"},
    "marts/dim_priorities": {"staging/priorities"},
    "marts/dim_calendar": {"staging/calendar", "staging/cases", "staging/company_days", "staging/logs"},
    "marts/fact_cases": {
        "marts/dim_analysts",
        "marts/dim_calendar",
        "marts/dim_priorities",
        "marts/dim_products",
        "staging/cases",
        "staging/logs",
    },
    "reports/team_performance": {"marts/dim_analysts", "marts/dim_priorities", "marts/fact_cases"},
    "reports/team_performance_by_month": {
        "marts/dim_analysts",
        "marts/dim_calendar",
        "marts/dim_priorities",
        "marts/fact_cases",
    },
    "reports/analyst_performance": {"marts/dim_analysts", "marts/dim_priorities", "marts/fact_cases"},
}
TYPE2 = {
    "versions_do_not_overlap",
    "versions_have_a_length",
    "one_version_is_current",
    "unknown_member_exists",
    "facts_point_to_versions",
}
BLOCKING = {
    **{f"staging/{name}": {"every_row_is_accounted_for"} for name in RAW},
    "marts/dim_analysts": {"analyst_key_is_unique", "analyst_key_is_not_null", *TYPE2},
    "marts/dim_products": {"product_key_is_unique", "product_key_is_not_null", *TYPE2},
    "marts/dim_priorities": {"priority_key_is_unique", "priority_key_is_not_null", *TYPE2},
    "marts/dim_calendar": {"date_id_is_unique"},
    "marts/fact_cases": {
        "cid_is_unique",
        "cid_is_not_null",
        "no_cid_of_cases_is_lost",
        *(f"{name}_key_is_not_null" for name in ("analyst", "product", "priority")),
        *(f"{name}_key_exists_in_dim_{name}s" for name in ("analyst", "product")),
        "priority_key_exists_in_dim_priorities",
        *(f"{name}_date_id_exists_in_dim_calendar" for name in ("created", "assigned", "response", "resolved")),
    },
}
WARNING = {
    "raw/landing": {"every_file_is_known"},
    **{f"raw/{name}": {"every_file_can_be_read"} for name in (*RAW, "analysts_by_year")},
    **{f"staging/{name}": {"nothing_is_quarantined"} for name in RAW},
    "marts/dim_products": {"products_have_a_known_parent", "products_have_three_levels"},
    "marts/dim_calendar": {"calendar_agrees_with_the_business"},
    "marts/fact_cases": {
        *(f"cases_have_a_known_{name}" for name in ("analyst", "product", "priority")),
        "cases_fall_into_an_analysts_time",
        "cases_are_created_first",
        "cases_are_resolved_last",
        "logs_belong_to_a_case",
        "log_events_are_known",
    },
}


@pytest.fixture(scope="module")
def defs() -> dg.Definitions:
    """The whole code location, loaded without a word."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", DAGSTER_S_OWN, dg.BetaWarning)
        loaded = code_location()
        dg.Definitions.validate_loadable(loaded)
    assert [str(one.message) for one in warned if not issubclass(one.category, DeprecationWarning)] == []
    return loaded


@pytest.fixture(scope="module")
def specs(defs: dg.Definitions) -> dict[str, dg.AssetSpec]:
    """Every asset by its key below the warehouse."""
    return {
        "/".join(spec.key.path[1:]): spec for spec in defs.resolve_all_asset_specs() if spec.group_name == "support"
    }


def test_the_graph_is_as_drawn_here(specs: dict[str, dg.AssetSpec]) -> None:
    found = {name: {"/".join(dep.asset_key.path[1:]) for dep in spec.deps} for name, spec in specs.items()}
    assert found == GRAPH


def test_shape_blocks_and_business_warns(defs: dg.Definitions) -> None:
    found: dict[bool, dict[str, set[str]]] = {True: {}, False: {}}
    every = defs.resolve_asset_graph().asset_check_keys
    for key in (key for key in every if key.asset_key.path[0] == "support"):
        spec = defs.resolve_asset_graph().get_check_spec(key)
        found[spec.blocking].setdefault("/".join(key.asset_key.path[1:]), set()).add(key.name)
        assert spec.description
    assert found == {True: BLOCKING, False: WARNING}


def test_every_asset_says_what_it_is_and_whose(specs: dict[str, dg.AssetSpec]) -> None:
    for name, spec in specs.items():
        assert spec.description, name
        assert spec.owners == ["team:support-analytics"]
        assert spec.tags["layer"] == name.partition("/")[0]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("raw/priorities", {"parquet", "csv", "excel"}),
        ("staging/cases", {"duckdb", "table"}),
        ("marts/dim_analysts", {"duckdb", "sql", "type2"}),
        ("marts/fact_cases", {"duckdb", "sql", "incremental"}),
        ("reports/team_performance", {"duckdb", "sql", "view", "csv"}),
    ],
)
def test_an_asset_shows_its_kinds(specs: dict[str, dg.AssetSpec], name: str, kinds: set[str]) -> None:
    assert specs[name].kinds == kinds


def test_a_model_opens_its_sql_in_one_step(specs: dict[str, dg.AssetSpec]) -> None:
    references = specs["marts/fact_cases"].metadata["dagster/code_references"].code_references
    assert [reference.label for reference in references][:2] == ["fact_cases.sql", "marts.py"]
    assert "from moments" in (specs["marts/fact_cases"].metadata["sql"].value or "")


@pytest.mark.parametrize("name", ["raw/cases", "staging/cases"])
def test_what_is_loaded_opens_its_declaration(specs: dict[str, dg.AssetSpec], name: str) -> None:
    reference, *_ = specs[name].metadata["dagster/code_references"].code_references
    lines = Path(reference.file_path).read_text(encoding="utf-8").splitlines()
    assert (reference.label, lines[reference.line_number - 2]) == ("raw.py", "cases = Dataset(")


def test_the_descriptions_come_from_the_sql(specs: dict[str, dg.AssetSpec]) -> None:
    assert (specs["marts/fact_cases"].description or "").startswith("One row per support case:")
    assert (specs["marts/fact_cases"].description or "").endswith("Grain: cid.")


def test_every_column_of_every_model_has_a_meaning() -> None:
    for model in (*marts.MODELS, *reports.MODELS):
        told = catalogue.column_descriptions(model, DATASETS)
        assert [name for name in catalogue.column_lineage(model) if not told.get(name)] == [], model.name


def test_a_staging_table_has_its_columns_before_it_is_loaded(specs: dict[str, dg.AssetSpec]) -> None:
    columns = specs["staging/cases"].metadata["dagster/column_schema"].columns
    assert [(column.name, column.type) for column in columns][:2] == [("cid", "text"), ("priority", "bigint")]
    assert all(column.description for column in columns)
    assert specs["staging/cases"].metadata["dagster/table_name"] == "support_staging.cases"


def test_the_job_has_every_asset_and_runs_in_one_process(defs: dg.Definitions, specs: dict[str, dg.AssetSpec]) -> None:
    job = defs.resolve_job_def("support")
    assert {"/".join(key.path[1:]) for key in job.asset_layer.executable_asset_keys} == specs.keys()
    assert job.executor_def.name == "in_process"


def test_no_resource_has_a_setting_that_a_page_could_show(defs: dg.Definitions) -> None:
    resources = defs.resources or {}
    assert set(resources) == {"warehouse", "lake", "processed", "sources", "landing", "exports", "notifier"}
    assert [resource.model_dump() for resource in resources.values()] == [{}] * 7


def test_the_schedule_of_the_night_runs_everything_and_is_on() -> None:
    schedule = code_location().get_repository_def().get_schedule_def("support_each_night")
    assert (schedule.job_name, schedule.default_status) == ("support", dg.DefaultScheduleStatus.RUNNING)


def test_years_and_days_are_in_groups_of_their_own_so_that_all_others_can_be_selected_without_one(
    defs: dg.Definitions,
) -> None:
    found = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
    apart = {name for name, spec in found.items() if spec.partitions_def is not None}
    groups = {"support_by_year", "sparkify_by_day"}
    assert apart == {name for name, spec in found.items() if spec.group_name in groups}
    assert apart == {"support/raw/analysts_by_year", "sparkify/raw/log_events_by_day"}
