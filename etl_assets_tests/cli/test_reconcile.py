"""``etl-assets reconcile``: source and warehouse compared from a shell."""

from contextlib import closing
from sqlite3 import connect

from etl_assets_tests.cli.conftest import Shell

CHANGES = (
    "update design set file_location = '/elsewhere' where design_id = 3",
    "delete from payment_type where payment_type_id = 4",
    "insert into currency select 99, 'XXX', created_at, '2020-01-01 00:00:00.000' from currency where currency_id = 1",
)
TABLES = ("--table", "totesys/staging/design", "--table", "totesys_staging.payment_type", "--table")


def test_the_sample_is_compared_named_and_repaired(shell: Shell) -> None:
    shell.ok("sample", "totesys")
    document = shell.document("reconcile", "totesys")
    assert [len(each["tables"]) for each in document] == [11]
    assert all((t["missing"], t["gone"], t["changed"]) == (0, 0, 0) for t in document[0]["tables"])
    with closing(connect(shell.home / "totesys.db")) as connection, connection:
        for change in CHANGES:
            connection.execute(change)
    some = (*TABLES, "totesys/staging/currency")
    result = shell.call("reconcile", "totesys", *some)
    assert result.exit_code == 1
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["3", "changed", "file_location"] in [line[:3] for line in lines]
    assert {("99", "missing"), ("4", "gone")} <= {(line[0], line[1]) for line in lines if len(line) > 1}
    assert "3 rows differ." in result.stdout
    repaired = shell.document("reconcile", "totesys", "--repair", *some)[0]
    assert [table["repaired"] for table in repaired["tables"]] == [1, 1, 1]
    assert repaired["is_sound"]
    shell.ok("reconcile", "totesys", *some)


def test_what_is_not_extracted_is_refused_by_name(shell: Shell) -> None:
    assert shell.error("reconcile", "support").startswith("error: support is not extracted from a database.")
    line = shell.error("reconcile", "--table", "totesys/staging/lost")
    assert line.startswith("error: totesys/staging/lost is not extracted from a database. Known are totesys")


def test_a_database_that_is_not_there_is_named(shell: Shell) -> None:
    assert f"There is no database sqlite:///{shell.home}/totesys.db" in shell.error("reconcile", "totesys")
