"""Faults in what becomes of columns that are new, of declarations that change, and of times that cannot be."""

from etl_assets_tests.faults.mutation import Mutation

_SQL = "etl_assets/warehouse/sql"
_OF_ADDED = "warehouse/models/test_added.py"
_OF_REDECLARED = "warehouse/test_redeclared.py"
_OF_BAD_INPUT = "warehouse/test_bad_input.py"

OF_DECLARATIONS = (
    Mutation(
        "the first known value of a new column opens a version for every key",
        f"{_SQL}/history/known.sql",
        "case when s._was_at >= the_since_each_added then s.each_added end",
        "s.each_added",
        f"{_OF_ADDED}::test_a_new_column_opens_no_version_for_every_key[duckdb-null]",
    ),
    Mutation(
        "a version that ended before a column was known has a value all the same",
        f"{_SQL}/history/known.sql",
        "the_first_each_added and max",
        "max",
        f"{_OF_ADDED}::test_an_older_file_that_comes_later_lacks_the_column_and_gives_the_same[duckdb-null]",
    ),
    Mutation(
        "a late snapshot that knows a column first does not have its keys asked again",
        f"{_SQL}/load/touch_known.sql",
        "f.order_at < the_since",
        "f.order_at < the_since and 1 = 0",
        f"{_OF_ADDED}::test_a_snapshot_that_comes_between_may_be_the_first_that_knows[duckdb]",
    ),
    Mutation(
        "a change of a far future is a change",
        "etl_assets/warehouse/load/changes_sql.py",
        "_before(value, self.latest))",
        "_before(value, END_OF_TIME))",
        f"{_OF_BAD_INPUT}::test_a_bad_row_is_put_aside_and_the_good_ones_load[duckdb-a far future-changes]",
    ),
    Mutation(
        "a narrower type puts loaded rows aside",
        f"{_SQL}/reread/lost_rows.sql",
        "k.file_id is null",
        "k.file_id is null and 1 = 0",
        f"{_OF_REDECLARED}::test_a_narrower_type_is_refused_by_name_and_nothing_is_written[duckdb-changes]",
    ),
    Mutation(
        "a load that is read again counts as one of today",
        f"{_SQL}/reread/put_back_loads.sql",
        "loaded_at = k.loaded_at",
        "loaded_at = l.loaded_at",
        f"{_OF_REDECLARED}::test_it_equals_a_new_warehouse_from_the_same_lake[duckdb-changes-integer to text]",
    ),
)
