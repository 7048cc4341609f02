"""For each property of a history a fault that it sees: in the engine, and in the oracle that measures it."""

from etl_assets_tests.faults.mutation import Mutation

_SQL = "etl_assets/warehouse/sql"
_LOAD = "etl_assets/warehouse/load"
_ORACLE = "etl_assets_tests/oracles/history.py"
_OF_LOAD = "warehouse/load"
_ENGINE_TEST = "properties/test_history_engine.py"
_ORACLE_TEST = "properties/test_oracle_properties.py"
_AFTER_EVERY_BATCH = f"{_ENGINE_TEST}::test_duckdb_equals_the_oracle_after_every_batch"

OF_THE_ENGINE = (
    Mutation(
        "the first delivery of a row is the one that came first",
        f"{_SQL}/load/moved.sql",
        "where m.first_delivery < m.known_first or m.last_delivery > m.known_last",
        "where m.last_delivery > m.known_last",
        _AFTER_EVERY_BATCH,
    ),
    Mutation(
        "a file that was read is read again",
        f"{_LOAD}/files.py",
        "for entry in manifest.files if entry.file_id not in self._known]",
        "for entry in manifest.files]",
        _AFTER_EVERY_BATCH,
    ),
    Mutation(
        "a fact that moves goes to the unknown member",
        f"{_SQL}/model/repoint.sql",
        "set the_member = m.new_key",
        "set the_member = -1",
        _AFTER_EVERY_BATCH,
    ),
    Mutation(
        "of rows that come twice in a load the last one is the first",
        f"{_SQL}/load/arrived.sql",
        "max(o.place * 4294967296 + s._row) as last_delivery",
        "min(o.place * 4294967296 + s._row) as last_delivery",
        f"{_OF_LOAD}/test_changes.py::test_of_files_that_come_together_the_one_that_says_it_last_has_the_last_word[duckdb]",
    ),
    Mutation(
        "from a time on only the keys are computed again that the table still has",
        "etl_assets/warehouse/models/restate.py",
        "        exp.select(*keys).from_(whole).where(observed_from(since)),\n",
        "",
        f"{_ENGINE_TEST}::test_duckdb_restated_from_a_time_on_is_the_same",
    ),
)

OF_THE_ORACLE = (
    Mutation(
        "observations count in the order of their arrival",
        _ORACLE,
        "sorted(known[key], key=lambda observation: observation.order)",
        "known[key]",
        f"{_ORACLE_TEST}::test_neither_order_nor_cut_nor_repetition_of_the_deliveries_matters",
    ),
    Mutation(
        "a key that is missing from a snapshot goes on",
        _ORACLE,
        'or (declaration.missing == "close" and key not in snapshot.unread):',
        ":",
        f"{_ORACLE_TEST}::test_as_of_any_instant_the_dimension_equals_the_source",
    ),
    Mutation(
        "the overwritten value is the first",
        _ORACLE,
        "asserted[-1][column] for column in declaration.overwritten",
        "asserted[0][column] for column in declaration.overwritten",
        f"{_ORACLE_TEST}::test_a_current_row_holds_what_the_source_holds_now_overwritten_values_included",
    ),
    Mutation(
        "what is said again is another version",
        _ORACLE,
        "goes_on = bool(spans) and spans[-1][1:] == (start, tracked)",
        "goes_on = False",
        f"{_ORACLE_TEST}::test_versions_of_a_key_never_overlap_and_touching_ones_differ",
    ),
    Mutation(
        "a row is hashed with the time of its first observation, wherever it begins",
        _ORACLE,
        "yield Version(surrogate_key(key, begun)",
        "yield Version(surrogate_key(key, start)",
        f"{_ORACLE_TEST}::test_a_surrogate_key_is_that_of_the_natural_key_and_the_start",
    ),
    Mutation(
        "every version begins with the beginning",
        _ORACLE,
        "min(start, declaration.beginning or start) if number == 0 else start",
        "min(start, declaration.beginning or start)",
        f"{_ORACLE_TEST}::test_only_the_start_of_a_first_version_depends_on_the_beginning",
    ),
    Mutation(
        "an original value is that of its version",
        _ORACLE,
        "asserted[0][column] for column in declaration.original",
        "asserted[min(number, len(asserted) - 1)][column] for column in declaration.original",
        f"{_ORACLE_TEST}::test_overwritten_and_original_values_are_the_same_in_every_version",
    ),
    Mutation(
        "the previous value is the oldest",
        _ORACLE,
        "others[-1] if others",
        "others[0] if others",
        f"{_ORACLE_TEST}::test_a_previous_value_changes_only_when_its_column_does",
    ),
    Mutation(
        "of a time only the day of the month counts",
        _ORACLE,
        "version.valid_from <= at]",
        "version.valid_from.day <= at.day]",
        f"{_ORACLE_TEST}::test_shifting_time_shifts_the_intervals_and_what_facts_point_to",
    ),
    Mutation(
        "two keys are one when they differ in blanks",
        _ORACLE,
        "known[event.key].append",
        "known[tuple(part.strip() for part in event.key)].append",
        f"{_ORACLE_TEST}::test_a_bijection_on_the_keys_commutes",
    ),
    Mutation(
        "what is said last of a key is what was said first",
        _ORACLE,
        "{observation.order[0]: observation.attributes for observation in known})",
        "{observation.order[0]: observation.attributes for observation in known[:1]})",
        f"{_ORACLE_TEST}::test_as_of_any_instant_the_dimension_equals_the_source",
    ),
    Mutation(
        "one that is told last has the last word whenever it was",
        _ORACLE,
        "asserted = [observation.attributes for observation in known",
        "asserted = [observation.attributes for observation in sorted(known, key=lambda each: each.order[1:])",
        f"{_ORACLE_TEST}::test_saying_again_what_is_known_changes_nothing",
    ),
    Mutation(
        "a fact at the very beginning of a version misses it",
        _ORACLE,
        "version.valid_from <= at]",
        "version.valid_from < at]",
        f"{_ORACLE_TEST}::test_a_fact_points_to_the_row_that_the_source_had_at_its_time",
    ),
    Mutation(
        "a key that was seen is inferred all the same",
        _ORACLE,
        "if key is not None} - known.keys()",
        "if key is not None}",
        f"{_ORACLE_TEST}::test_an_inferred_member_is_there_exactly_for_keys_that_facts_name_and_nothing_tells",
    ),
)
