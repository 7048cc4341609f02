"""Staff and their department: a dimension that looks up another table, its files and its rows."""

from etl_assets.datasets import Dataset, FilePattern
from etl_assets.schema import Column
from etl_assets.warehouse.models.declare import Incremental, Member, Type2
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets_tests.warehouse.models.conftest import Shop

STAFF = Dataset(
    name="shop/staging/staff",
    columns=(Column("id"), Column("name"), Column("department"), Column("told_at", "timestamp"), Column("op")),
    key=("id",),
    files=(FilePattern(pattern="staff*.csv", meaning="changes"),),
    effective_at="told_at",
    op="op",
)
DEPARTMENTS = Dataset(
    name="shop/staging/departments",
    columns=(Column("code"), Column("title", description="What it is called."), Column("city"), Column("boss")),
    key=("code",),
    files=(FilePattern(pattern="departments_{YYYY-MM-DD}.csv", meaning="snapshot"),),
    missing="close",
)
LOOKUP = Lookup(dataset=DEPARTMENTS.name, by="department", columns={"department_name": "title", "city": "city"})
DIM = Type2(
    name="shop/marts/dim_staff",
    key=("id",),
    entity="person",
    tracked=("name", "department_name"),
    overwritten=("city",),
    lookups=(LOOKUP,),
)
QUERY = (
    "-- One row per version.\nselect s.id, s.name, s.department, s.effective_at, s.sequence, s.op\n"
    "from shop_staging.staff as s\n"
)
SALES = Dataset(
    name="shop/staging/sales",
    columns=(Column("sale"), Column("seller"), Column("sold_at", "timestamp")),
    key=("sale",),
    files=(FilePattern(pattern="sales*.csv"),),
)
FACT = Incremental(
    name="shop/marts/fact_sales",
    key=("sale",),
    touched={SALES.name: "sale"},
    members=(Member(column="person_key", dimension=DIM.name, by="seller", at="sold_at"),),
)
VERSIONS = "select id, name, department_name, city, valid_from, valid_to from shop_marts.dim_staff where id is not null"


def lives(shop: Shop, query: str = VERSIONS) -> list[tuple[object, ...]]:
    """The versions, with days for times and nothing for an open end."""
    rows = shop.rows(f"{query} order by id, valid_from")
    return [(*values, f"{begin:%m-%d}", f"{end:%m-%d}" if end.year < 9999 else "") for *values, begin, end in rows]


def staffed(shop: Shop) -> Shop:
    """Two people, each of a department, which has a name since the first of January."""
    shop.write(DIM.name, QUERY)
    shop.load(DEPARTMENTS, "departments_2020-01-01.csv", "d1,Sales,Rome,x", "d2,Law,Bari,x", "d3,Art,Pisa,x")
    shop.load(STAFF, "staff1.csv", "a,Ann,d1,2020-01-05 00:00:00,U", "b,Bob,d2,2020-01-05 00:00:00,U")
    shop.build(DIM)
    return shop
