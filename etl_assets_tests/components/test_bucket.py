"""A bucket's declaration: few lines, and errors that name the table and the word."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from etl_assets.components.bucket import Bucket, read_bucket
from etl_assets.datasets import Csv, Dms, Json
from etl_assets.errors import DeclarationError
from etl_assets.warehouse.documents.declare import Documents
from etl_assets.warehouse.models.declare import Incremental, Table
from etl_assets.warehouse.models.sql import ModelSql

_HEAD = "attributes:\n  tables:\n"
_USERS = "    - table: app/users\n      key: id\n      columns: {id: bigint, name: text}\n"
_THINGS = "    - table: app/things\n      key: _id\n      columns: {_id: text, _doc: document}\n"


def bucket(*tables: str, **variables: str) -> Bucket:
    return read_bucket(_HEAD + "".join(tables), "defs.yaml", variables.get)


def form(declared: Bucket, file: int = 0) -> Dms:
    found = declared.datasets[0].files[file].format
    assert isinstance(found, Dms)
    return found


def test_a_table_is_a_few_lines() -> None:
    declared = bucket(_USERS)
    (dataset,) = declared.datasets
    assert dataset.name == "dms/staging/users"
    assert [(column.name, column.type) for column in dataset.columns] == [
        ("id", "bigint"),
        ("name", "text"),
        ("changed_at", "timestamp"),
        ("operation", "text"),
    ]
    assert [file.pattern for file in dataset.files] == ["app/users/LOAD*.csv", "app/users/{YYYYMMDD-HHMMSSmmm}.csv"]
    assert [model.name for model in declared.models] == ["dms/marts/users_history", "dms/marts/users"]
    assert isinstance(declared.models[1], Incremental)
    assert (form(declared).has_op, form(declared, 1).has_op) == (False, True)
    assert (dataset.columns[1].null_texts, form(declared).empty_is_text) == (("NULL",), True)


def test_every_word_is_understood() -> None:
    declared = bucket(
        """
    - table: app/people
      name: persons
      entity: person
      description: Who there is.
      key: [Country, _id]
      header: true
      delimiter: ";"
      quoting: none
      null_text: ["", NULL, '\\N']
      op: always
      timestamp: committed
      timestamp_place: last
      scientific: true
      beginning: 2000-01-01
      reloads: ["2024-01-01 02:00:00"]
      arrives_within: 36 hours
      max_bad_share: 0.5
      columns:
        Country: text
        _id: {type: bigint, description: The number.}
        address.street: {type: text, name: street, required: true}
"""
    )
    (dataset,) = declared.datasets
    assert dataset.name == "dms/staging/persons"
    assert [(one.name, one.title, one.nullable) for one in dataset.columns[:3]] == [
        ("country", "Country", False),
        ("id", "_id", False),
        ("street", "address.street", False),
    ]
    assert (dataset.key, dataset.arrives_within, dataset.max_bad_share) == (("country", "id"), timedelta(hours=36), 0.5)
    assert form(declared) == Dms(
        inner=Csv(header=True, delimiter=";"),
        full_load=True,
        timestamp="committed",
        timestamp_place="last",
        quoted=False,
        whole=("id",),
        beginning=datetime.fromisoformat("2000-01-01"),
        reloads=(datetime.fromisoformat("2024-01-01 02:00:00"),),
    )
    assert dataset.columns[0].null_texts == ("", "NULL", "\\N")
    assert isinstance(declared.models[1], Table)
    assert "person_key" in [getattr(model, "surrogate", "") for model in declared.models]


@pytest.mark.parametrize(("beginning", "earliest"), [("1800-01-01", "1800-01-01"), ("2000-01-01", "1900-01-01")])
def test_no_beginning_is_before_the_earliest_time(beginning: str, earliest: str) -> None:
    (dataset,) = bucket(_USERS.replace("key: id", f"key: id\n      beginning: {beginning}")).datasets
    assert dataset.earliest == datetime.fromisoformat(earliest)


def test_documents_are_declared_by_their_type() -> None:
    text = _THINGS.replace("document}", "document, extra: json}")
    declared = bucket(text, _USERS)
    things = declared.models[1]
    assert isinstance(things, Documents)
    assert things.documents == {"doc": "", "extra": "extra"}
    assert things.beside == ("things_history",)
    assert form(declared).documents == ("doc", "extra")
    lines = bucket(text + "      format: jsonl\n")
    assert [file.pattern for file in lines.datasets[0].files] == ["app/things/*.jsonl"]
    assert form(lines).inner == Json(lines=True, absent_is_null=True)
    assert lines.datasets[0].columns[0].null_texts == ()


def test_the_sql_of_the_marts_is_there() -> None:
    declared = bucket(_USERS)
    history, current = (ModelSql.read(model.table) for model in declared.models)
    assert [table.key for table in (*history.upstreams, *current.upstreams)] == 2 * ["dms/staging/users"]
    assert current.grain == "id"
    assert current.column_lineage() == {
        "id": [("dms/staging/users", "id")],
        "name": [("dms/staging/users", "name")],
    }


def test_columns_may_be_called_what_engines_call_something_else() -> None:
    declared = bucket(_USERS.replace("name: text", "order: text, user: text, window: text, Größe: text"))
    for model in declared.models:
        sql = ModelSql.read(model.table).text
        assert all(f'"{name}"' in sql for name in ("order", "user", "window", "größe"))


def test_a_variable_of_the_environment_may_stand_anywhere() -> None:
    table = _USERS.replace("app/users", '"{{ env.SCHEMA }}/users"')
    assert bucket(table, SCHEMA="prod").tables[0].folder == "prod/users"


def test_a_table_whose_variable_is_not_set_is_broken_and_the_others_are_not() -> None:
    other = _USERS.replace("app/users", '"{{ env.SCHEMA }}/orders"')
    declared = bucket(other, _USERS)
    assert [table.folder for table in declared.tables] == ["app/users"]
    ((name, why),) = declared.broken.items()
    assert name == "{{ env.SCHEMA }}/orders"
    assert why == ("defs.yaml, 'table' (line 3): the variable SCHEMA is not set. Set it, or write what it stands for.")


def test_a_setting_of_the_project_is_no_variable() -> None:
    table = _USERS.replace("app/users", '"{{ env.ETL_HOME }}/users"')
    (why,) = bucket(table, ETL_HOME="x").broken.values()
    assert why.startswith("defs.yaml, 'table' (line 3): the variable ETL_HOME is a setting of the project. Use one")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("key: id", "key: idd"), "defs.yaml, table app/users, 'key' (line 4): 'idd' is none of its columns."),
        (
            ("name: text", "name: string"),
            "defs.yaml, table app/users, 'columns' (line 5): Column 'name' has the unknown",
        ),
        (("      key: id\n", ""), "defs.yaml, table app/users has no 'key'."),
        (("key: id", "key: id\n      nulls: x"), "table app/users, 'nulls' (line 5): the word is unknown."),
        (("key: id", "key: id\n      header: 1"), "table app/users, 'header' (line 5): 1 is neither true nor false."),
        (("key: id", "key: id\n      op: often"), "'op' (line 5): 'often' is unknown. Use one of changes, always"),
        (
            ("key: id", "key: id\n      arrives_within: soon"),
            "'arrives_within' (line 5): 'soon' is no stretch of time.",
        ),
        (("key: id", "key: id\n      beginning: long ago"), "'beginning' (line 5): 'long ago' is no time."),
        (("key: id", 'key: id\n      delimiter: ";;"'), "'delimiter' (line 5): ';;' cannot be a delimiter."),
        (("app/users", "app/{x}"), "defs.yaml, table app/{x}, 'table' (line 3): 'app/{x}' is no folder."),
        (("name: text", "changed_at: text"), "defs.yaml, table app/users: dms/staging/users has a column 'changed_at'"),
        (("key: id", "key: id\n      name: x y"), "table app/users, 'name' (line 5): 'x y' is no table's name."),
        (("key: id", "key: id\n      timestamp: name"), "'timestamp' (line 5): 'name' is one of its columns."),
        (("name: text", "name: {type: text, since: soon}"), "column name, 'since' (line 5): 'soon' is no time."),
        (
            ("name: text", "name: {type: text, since: 2024-01-01, required: true}"),
            "'columns' (line 5): Column 'name' is not in files of before 2024-01-01 00:00:00, and yet never empty.",
        ),
        (("app/users", '"{{ dont }}"'), "'table' (line 3): {{ dont }} is not understood. Only {{ env.NAME }} is."),
    ],
)
def test_what_is_wrong_is_told_with_table_word_and_line(change: tuple[str, str], message: str) -> None:
    orders = _USERS.replace("app/users", "app/orders")
    declared = bucket(_USERS.replace(*change), orders)
    assert [table.folder for table in declared.tables] == ["app/orders"]
    (why,) = declared.broken.values()
    assert message in why


def test_two_tables_cannot_be_one() -> None:
    with pytest.raises(DeclarationError, match="the folder app/users twice"):
        bucket(_USERS, _USERS)
    with pytest.raises(DeclarationError, match="the table dms/marts/users_history twice"):
        bucket(_USERS, _USERS.replace("app/users", "other/users"))


def test_no_table_takes_the_name_of_one_that_keeps_the_changes_of_another() -> None:
    with pytest.raises(DeclarationError, match="dms/staging/users_events cannot be called so"):
        bucket(_USERS, _USERS.replace("app/users", "app/users_events"))


@pytest.mark.parametrize(
    ("other", "name"), [(_THINGS, "things_parts"), (_THINGS, "things_fields"), (_USERS, "things_fields")]
)
def test_no_table_takes_the_name_of_one_that_is_made_for_documents(other: str, name: str) -> None:
    declared = [_THINGS, other.replace("app/things", f"app/{name}").replace("app/users", f"app/{name}")]
    for order in (declared, declared[::-1]):
        with pytest.raises(DeclarationError, match=f"the table {name}, for app/{name}; .* the documents of app/things"):
            bucket(*order)


def test_a_table_without_documents_may_begin_as_one_with_them() -> None:
    assert len(bucket(_THINGS, _USERS.replace("app/users", "app/things_users")).tables) == 2


def test_a_bucket_without_tables_is_none() -> None:
    with pytest.raises(DeclarationError, match="has no list of tables"):
        read_bucket("attributes: {}\n", "defs.yaml")
    with pytest.raises(DeclarationError, match="it is no YAML"):
        read_bucket("a: [", "defs.yaml")
    with pytest.raises(DeclarationError, match="Line 5 has 'key', which line 4 has too"):
        bucket(_USERS.replace("key: id", "key: id\n      key: name"))


def test_sql_that_somebody_has_written_wins(tmp_path: Path) -> None:
    model = bucket(_USERS).models[1]
    generated = model.table.sql_file(tmp_path)
    assert "dms_staging.users" in generated.read_text()
    written = tmp_path / "dms" / "marts" / "users.sql"
    written.parent.mkdir(parents=True)
    written.write_text("select 1 as id")
    assert model.table.sql_file(tmp_path) == written
    assert generated.name == written.name
