"""What lands in ``landing/support``: exports of HR, of the support application and of the business."""

from datetime import date

from etl_assets.datasets import Csv, Dataset, Excel, FilePattern
from etl_assets.factories.periods import Periods, files_by_period
from etl_assets.factories.raw import landed_files, landing_folder
from etl_assets.schema import Column

analysts = Dataset(
    name="support/staging/analysts",
    description="HR's analysts: a snapshot at the beginning of each year, then exports of rows with their own time.",
    columns=(
        Column("aid", description="HR's number of the analyst."),
        Column("name", description="The analyst's name."),
        Column("team", description="The team that the analyst works in."),
        Column("skills", description="What the analyst knows, separated by commas; NULL for none."),
        Column("created_at", "timestamp", header="created", description="When HR entered the analyst."),
        Column("updated_at", "timestamp", header="updated", description="When HR last changed the row."),
    ),
    key=("aid",),
    files=(
        FilePattern(pattern="analysts_{YYYY}.csv", meaning="snapshot"),
        FilePattern(pattern="analysts.csv", meaning="changes"),
    ),
    effective_at="updated_at",
)

products = Dataset(
    name="support/staging/products",
    description="Product lines, groups and products, each below another one.",
    columns=(
        Column("pid", description="The product's number."),
        Column("name", nullable=False, description="The name of the product, group or line."),
        Column("parent_pid", description="What it belongs to; NULL for a line."),
    ),
    key=("pid",),
    files=(FilePattern(pattern="products.csv"),),
)

cases = Dataset(
    name="support/staging/cases",
    description="Cases of the support application, as the latest export has them.",
    columns=(
        Column("cid", description="The case's number."),
        Column("priority", "bigint", description="1 is the highest."),
        Column("created_at", "timestamp", nullable=False, header="created", description="When the case was opened."),
        Column("aid", description="The analyst who has the case."),
        Column("pid", description="The product that the case is about."),
    ),
    key=("cid",),
    files=(FilePattern(pattern="cases.csv"), FilePattern(pattern="cases_{YYYY}.csv")),
    original=("created_at",),
)

logs = Dataset(
    name="support/staging/logs",
    description="What happened to cases, a line an event, each once.",
    columns=(
        Column("happened_at", "timestamp", header="dt", description="When it happened."),
        Column("cid", description="The case's number."),
        Column("event", description="`Assigned to analyst`, `Response`, `Close`, or something else."),
    ),
    key=("happened_at", "cid", "event"),
    files=(FilePattern(pattern="logs.csv"), FilePattern(pattern="logs_{YYYY}.csv")),
)

calendar = Dataset(
    name="support/staging/calendar",
    description="The calendar that the business made; ours is checked against it.",
    columns=(
        Column("id", "bigint", description="The day as YYYYMMDD; -1 for no day."),
        Column("date", "date", description="The day."),
        Column("day_of_month", "bigint", description="From 1."),
        Column("day_of_month_text", description="With two digits."),
        Column("month", "bigint", description="From 1."),
        Column("month_text", description="With two digits."),
        Column("month_name", description="In English."),
        Column("month_abbr", description="Its first three letters."),
        Column("quarter", description="`Q1` to `Q4`."),
        Column("year", "bigint", description="With four digits."),
        Column("day_of_week", "bigint", description="Monday is 1."),
        Column("day_name", description="In English."),
        Column("day_abbr", description="Its first three letters."),
        Column("week", description="Of the year, beginning on Sundays, from 00."),
    ),
    key=("id",),
    files=(FilePattern(pattern="calendar.csv"),),
)

priorities = Dataset(
    name="support/staging/priorities",
    description="The SLA sheet: the hours within which a case of a priority is assigned, answered and resolved.",
    columns=(
        Column("priority", "bigint", header="id", description="1 is the highest."),
        Column("name", description="What people call it."),
        Column("assign_sla_hours", "bigint", header="Assign SLA", description="Hours to the assignment."),
        Column("response_sla_hours", "bigint", header="Response SLA", description="Hours to the first response."),
        Column("resolve_sla_hours", "bigint", header="Resolve SLA", description="Hours to the resolution."),
    ),
    key=("priority",),
    files=(
        FilePattern(pattern="PrioritySLA.csv", format=Csv(header=True), meaning="snapshot"),
        FilePattern(pattern="PrioritySLA.xlsx", format=Excel(), meaning="snapshot"),
    ),
)

company_days = Dataset(
    name="support/staging/company_days",
    description="Holidays and first days of fiscal years, as the last file has them; without a file there are none.",
    columns=(
        Column("date", "date", description="The day."),
        Column("holiday_name", description="The holiday's name; NULL for a working day."),
        Column("begins_fiscal_year", "bigint", description="The fiscal year that begins on this day, if one does."),
    ),
    key=("date",),
    files=(FilePattern(pattern="company_days.csv", format=Csv(header=True), meaning="snapshot"),),
    missing="close",
)

DATASETS = (analysts, products, cases, logs, calendar, priorities, company_days)

BY_YEAR = (Periods(dataset=analysts, every="year", first=date(2010, 1, 1)),)
"""HR's snapshots are of a year each, and any of them can be brought in by itself."""

landing = landing_folder(DATASETS)
raw = [landed_files(dataset) for dataset in DATASETS]
by_year = [files_by_period(periods) for periods in BY_YEAR]
