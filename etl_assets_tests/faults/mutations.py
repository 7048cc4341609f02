"""Faults that somebody could make in the lake, the load, the history or the models, each with a test that sees it."""

from etl_assets_tests.faults.mutation import Mutation
from etl_assets_tests.faults.of_declarations import OF_DECLARATIONS
from etl_assets_tests.faults.of_lookups import OF_LOOKUPS
from etl_assets_tests.faults.of_properties import OF_THE_ENGINE, OF_THE_ORACLE

_FOLDER = "etl_assets/lake/folder.py"
_LAKE = "etl_assets/lake/lake.py"
_MANIFEST = "etl_assets/lake/manifest.py"
_WRITER = "etl_assets/lake/writer.py"
_LANDING = "etl_assets/connectors/files/landing.py"
_KNOWN = "etl_assets/connectors/files/known.py"
_LEXICAL = "etl_assets/warehouse/load/lexical.py"
_LOAD = "etl_assets/warehouse/load"
_SQL = "etl_assets/warehouse/sql"
_MODELS = "etl_assets/warehouse/models"

_OF_FOLDER = "lake/test_folder.py"
_OF_LAKE = "lake/test_lake.py"
_OF_LANDING = "connectors/files/test_landing.py"
_OF_EXTRACT = "connectors/files/test_extract.py"
_OF_LOAD = "warehouse/load"
_OF_BUILD = "warehouse/models/test_build.py"
_OF_FORMS = "warehouse/models/test_forms.py"
_OF_INFERRED = "warehouse/models/test_inferred.py"
_OF_HISTORY = "benchmarks/test_conformance.py::test_what_comes_gives_the_history_that_is_written_down"


LAKE = (
    Mutation(
        "the second writer of a manifest replaces the first one's",
        _FOLDER,
        "target.hardlink_to(output.path)",
        "output.path.replace(target)",
        f"{_OF_FOLDER}::test_of_many_writers_of_one_key_exactly_one_wins_and_its_bytes_stay",
    ),
    Mutation(
        "a part gets its name before its bytes are on the disk",
        _FOLDER,
        "            self.sync()\n            target",
        "            target",
        f"{_OF_FOLDER}::test_bytes_reach_the_disk_before_their_name_does",
    ),
    Mutation(
        "a part that is cut short is read all the same",
        _LAKE,
        "!= part.bytes:",
        "is None:",
        f"{_OF_LAKE}::test_parts_are_given_as_local_files_when_they_are_as_the_manifest_says",
    ),
    Mutation(
        "other bytes than those that were hashed are kept as the original",
        _LAKE,
        "if output.sha256 != sha256:",
        "if not sha256:",
        f"{_OF_LAKE}::test_the_bytes_of_a_file_are_kept_if_they_are_the_ones_that_were_hashed",
    ),
    Mutation(
        "a load's identity depends on the order of its files",
        _MANIFEST,
        "sorted(files)",
        "list(files)",
        "lake/test_manifest.py::test_a_load_id_depends_on_the_files_and_not_on_their_order",
    ),
    Mutation(
        "the first rows of a file that fails half-way stay",
        _WRITER,
        "            file.drop()\n",
        "            file.move_to(self._shared)\n",
        "lake/test_writer.py::test_a_file_that_fails_half_way_leaves_no_row",
    ),
    Mutation(
        "a file that is written to while it is read is taken",
        _LANDING,
        "if fingerprint_of(status) != self.fingerprint:",
        "if not self.fingerprint:",
        f"{_OF_LANDING}::test_a_file_that_changes_while_it_is_read_is_left_alone",
    ),
    Mutation(
        "a name that is known is not looked at again",
        _KNOWN,
        "if (path, sha256) not in self._deliveries:\n            return",
        "if path in self._newest:\n            return 'delivered'\n        if not path:\n            return",
        f"{_OF_EXTRACT}::test_the_same_name_with_new_content_is_a_new_delivery",
    ),
    Mutation(
        "a content that came before under another path is left out",
        _KNOWN,
        "if (path, sha256) not in self._deliveries:",
        "if sha256 not in {known_hash for _, known_hash in self._deliveries}:",
        f"{_OF_EXTRACT}::test_the_same_content_under_another_path_is_a_delivery_too",
    ),
    Mutation(
        "a content that comes back under its name is left out",
        _KNOWN,
        'return "returned" if',
        'return "outdated" if',
        f"{_OF_EXTRACT}::test_a_content_that_comes_back_is_a_delivery_each_time",
    ),
)

LOAD = (
    Mutation(
        "1.5 is a whole number",
        _LEXICAL,
        '"whole": "[+-]?[0-9]+"',
        '"whole": "[+-]?[0-9.]+"',
        f"{_OF_LOAD}/test_lexical.py",
    ),
    Mutation(
        "a fraction of a second beyond six digits is cut off",
        _LEXICAL,
        r'"moment": rf"{_SECOND}(\.[0-9]{{1,6}}0*)?"',
        r'"moment": rf"{_SECOND}(\.[0-9]+)?"',
        f"{_OF_LOAD}/test_lexical.py",
    ),
    Mutation(
        "an offset east of Greenwich is added",
        _LEXICAL,
        "local_moment - to_minutes",
        "local_moment + to_minutes",
        f"{_OF_LOAD}/test_lexical.py",
    ),
    Mutation(
        "rows that the lake has lost are not missed",
        f"{_LOAD}/cast.py",
        "if read[n] != (said",
        "if read[n] > (said",
        f"{_OF_LOAD}/test_cast.py",
    ),
    Mutation(
        "a row with a NULL is never known again",
        f"{_SQL}/load/matched.sql",
        "a.each_detail is not distinct from r.each_detail",
        "a.each_detail = r.each_detail",
        f"{_OF_LOAD}/test_changes.py",
    ),
    Mutation(
        "files stand in the order in which they came",
        f"{_SQL}/staging/changes.sql",
        "order by f.order_at, f.modified_at,",
        "order by f.load_number,",
        f"{_OF_LOAD}/test_changes.py::test_an_earlier_file_that_comes_later_takes_its_own_place",
    ),
    Mutation(
        "snapshots stand in the order in which they came",
        f"{_SQL}/load/file_order.sql",
        "order by f.order_at, f.modified_at,",
        "order by f.load_number,",
        f"{_OF_LOAD}/test_snapshots.py::test_a_late_snapshot_splits_the_run_that_it_contradicts",
    ),
    Mutation(
        "the first delivery of a row is forgotten when a later one comes",
        f"{_SQL}/load/moved.sql",
        "on first_file.place = (least(m.first_delivery, m.known_first) >> 32)",
        "on first_file.place = (m.first_delivery >> 32)",
        f"{_OF_LOAD}/test_changes.py",
    ),
    Mutation(
        "an operation that nobody knows is an update",
        "etl_assets/warehouse/load/changes_sql.py",
        "return value.isin(*OPERATIONS) if column.name == self.op else None",
        "return None",
        f"{_OF_LOAD}/test_changes.py::test_a_change_without_a_place_in_history_is_quarantined",
    ),
    Mutation(
        "a snapshot in the middle leaves the run that it contradicts whole",
        f"{_SQL}/load/end_runs.sql",
        "b.spans and not b.is_same",
        "b.spans and b.is_same",
        f"{_OF_LOAD}/test_snapshots.py",
    ),
    Mutation(
        "a key that a late snapshot ends earlier is not asked again",
        f"{_SQL}/load/touch_ended_runs.sql",
        "and o.place < cast(:place as bigint)",
        "and o.place < coalesce(cast(:whole_place as bigint), 0)",
        f"{_OF_LOAD}/test_snapshots.py::test_a_snapshot_that_ends_a_key_earlier_has_the_key_asked_again",
    ),
    Mutation(
        "a row that cannot be read is an absence of its key",
        f"{_SQL}/load/insert_unread.sql",
        "and n.is_seen is null and",
        "and n.is_seen is not null and",
        f"{_OF_LOAD}/test_unread.py::test_a_key_whose_row_cannot_be_read_goes_on_as_it_was",
    ),
    Mutation(
        "an accidental empty extract closes every key",
        f"{_LOAD}/snapshots.py",
        "closed > max(_FEW_KEYS, limit * held)",
        "closed > held",
        f"{_OF_LOAD}/test_snapshots.py",
    ),
    Mutation(
        "a load in which most rows do not fit goes through",
        f"{_LOAD}/files.py",
        "and bad > max(",
        "and bad > read + max(",
        f"{_OF_LOAD}/test_bad_rows.py::test_too_many_bad_rows_refuse_the_load_and_nothing_is_written",
    ),
)

HISTORY = (
    Mutation(
        "of two values of one instant the earlier delivery stands",
        f"{_SQL}/history/versions.sql",
        "order by o.sequence desc) as _recency",
        "order by o.sequence) as _recency",
        f"{_OF_HISTORY}[same_time_new_value-duckdb]",
    ),
    Mutation(
        "from NULL to a value is no change",
        f"{_SQL}/history/versions.sql",
        "s.each_tracked is distinct from s._was_each_tracked",
        "s.each_tracked <> s._was_each_tracked",
        f"{_OF_HISTORY}[null_to_value-duckdb]",
    ),
    Mutation(
        "what is said again begins another version",
        f"{_SQL}/history/versions.sql",
        "s.op <> 'D' and s._was_op <> 'D' and s.each_tracked is distinct from s._was_each_tracked",
        "s.op <> 'D' and s._was_op <> 'D'",
        f"{_OF_HISTORY}[touched_but_unchanged-duckdb]",
    ),
    Mutation(
        "the value of an overwritten column is its first",
        f"{_SQL}/history/versions.sql",
        "then 1 else 0 end, o.effective_at desc, o.sequence desc",
        "then 1 else 0 end, o.effective_at, o.sequence",
        f"{_OF_BUILD}::test_versions_follow_from_observations",
    ),
    Mutation(
        "a key that comes back has been there all the while",
        f"{_SQL}/history/versions.sql",
        "where c.op <> 'D'",
        "where true",
        f"{_OF_HISTORY}[deleted_and_inserted_again-duckdb]",
    ),
    Mutation(
        "two composite keys share one text",
        "etl_assets/warehouse/surrogate.py",
        'return _concat([length, exp.Literal.string(":"), text])',
        "return _concat([text, text])",
        "warehouse/test_surrogate.py::test_the_parts_of_a_composite_key_are_prefixed_by_their_bytes",
    ),
    Mutation(
        "two rows may have one surrogate key",
        f"{_SQL}/history/collisions.sql",
        "having count(*) > 1",
        "having count(*) > 2",
        "warehouse/models/test_collisions.py",
    ),
    Mutation(
        "a key that has gone is inferred again",
        f"{_SQL}/history/unseen.sql",
        "d.target_row is null and g.dimension is null",
        "d.target_row is null",
        f"{_OF_INFERRED}::test_a_key_of_which_only_the_end_is_known_is_not_inferred",
    ),
)

MODELS = (
    Mutation(
        "a fact at the very beginning of a version misses it",
        f"{_MODELS}/lives.py",
        "during = exp.and_(begins <= at.copy(), goes_on)",
        "during = exp.and_(begins < at.copy(), goes_on)",
        f"{_OF_INFERRED}::test_a_fact_at_the_very_beginning_of_a_version_points_to_it",
    ),
    Mutation(
        "the last version that has begun is pointed to in a gap",
        f"{_MODELS}/lives.py",
        'exp.column("valid_to", table=alias) > moment(member)',
        'exp.column("valid_to", table=alias) > exp.column("valid_from", table=alias)',
        f"{_OF_FORMS}::test_every_fact_gets_its_member[AsOfOnDuckDB-strict]",
    ),
    Mutation(
        "facts on one timeline see the version after them",
        f"{_MODELS}/forms.py",
        'order = exp.Order(expressions=[exp.Ordered(this=exp.column("_at", table="u"))])',
        'order = exp.Order(expressions=[exp.Ordered(this=exp.column("_at", table="u"), desc=True)])',
        f"{_OF_FORMS}::test_every_fact_gets_its_member[TimelineOnDuckDB-strict]",
    ),
    Mutation(
        "facts stay where they are when a version splits",
        f"{_SQL}/model/repoint.sql",
        "where f.physical_row = m.fact_row",
        "where f.physical_row = m.fact_row and false",
        f"{_OF_BUILD}::test_a_late_version_moves_the_facts_that_fall_into_it",
    ),
    Mutation(
        "a blocking check does not block",
        f"{_MODELS}/audit.py",
        "    if broken:\n",
        "    if broken and not results:\n",
        f"{_OF_BUILD}::test_a_failed_blocking_check_leaves_the_old_table_standing",
    ),
    Mutation(
        "a row that has gone stays in the table",
        f"{_SQL}/model/delete.sql",
        "d.action in ('delete', 'replace')",
        "d.action = 'replace'",
        f"{_OF_BUILD}::test_only_the_rows_that_differ_are_written",
    ),
    Mutation(
        "every row is written anew, changed or not",
        f"{_SQL}/model/difference.sql",
        "b.each_detail is distinct from t.each_detail",
        "b.is_built",
        f"{_OF_BUILD}::test_a_row_that_is_as_it_was_is_not_written",
    ),
    Mutation(
        "a changed query leaves the old table",
        f"{_MODELS}/build.py",
        "        state.last_build(session, model.name).definition == plan.definition\n        and state",
        "        state",
        f"{_OF_BUILD}::test_a_changed_query_builds_the_table_anew_with_its_new_columns",
    ),
    Mutation(
        "the keys of the last load are not asked again",
        f"{_MODELS}/scope.py",
        'exp.column("_loaded_in") > since)',
        'exp.column("_loaded_in") > since + 1)',
        f"{_OF_HISTORY}[late_change-duckdb]",
    ),
    Mutation(
        "an inferred member stays though no fact names it any more",
        f"{_SQL}/history/delete_freed.sql",
        "    t.is_inferred\n",
        "    false and t.is_inferred\n",
        f"{_OF_INFERRED}::test_an_inferred_member_goes_with_the_last_fact_that_names_it",
    ),
)

MUTATIONS = (*LAKE, *LOAD, *HISTORY, *MODELS, *OF_THE_ENGINE, *OF_THE_ORACLE, *OF_LOOKUPS, *OF_DECLARATIONS)
