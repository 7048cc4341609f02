"""Faults in what a dimension looks up of another table, each with a test that sees it."""

from etl_assets_tests.faults.mutation import Mutation

_HISTORY = "etl_assets/warehouse/sql/history"
_MODELS = "etl_assets/warehouse/models"
_TESTS = "warehouse/models/test_lookups.py"
_AT_ONE_INSTANT = f"{_TESTS}::test_at_one_instant_the_last_word_of_the_other_counts_and_the_own_change_is_no_second_one"
_IT_CHANGES = f"{_TESTS}::test_a_change_of_the_other_opens_a_version_of_those_that_name_it"

OF_LOOKUPS = (
    Mutation(
        "what the other key becomes at the very time of an observation comes too late for it",
        f"{_HISTORY}/look_up.sql",
        "s._begins <= o.effective_at",
        "s._begins < o.effective_at",
        _AT_ONE_INSTANT,
    ),
    Mutation(
        "the other key's change counts though the key names another one from the same instant on",
        f"{_HISTORY}/look_up.sql",
        "or s._begins < p._until",
        "or s._begins <= p._until",
        _AT_ONE_INSTANT,
    ),
    Mutation(
        "of two words of the other key at one instant the first stands",
        f"{_HISTORY}/states.sql",
        "order by o.sequence desc",
        "order by o.sequence",
        _AT_ONE_INSTANT,
    ),
    Mutation(
        "a key that is gone is looked up as it was",
        f"{_HISTORY}/states.sql",
        "case when w.op <> 'D' then w.each_looked_up end as",
        "case when w.op <> 'X' then w.each_looked_up end as",
        f"{_TESTS}::test_the_other_may_go_and_come_back",
    ),
    Mutation(
        "those that name what has changed are not asked again",
        f"{_MODELS}/cascade.py",
        "if not collect_touched(session, upstreams, since, lookup.named, table=changed):",
        "if collect_touched(session, upstreams, since, lookup.named, table=changed):",
        _IT_CHANGES,
    ),
    Mutation(
        "a build does not wait for what it looks up",
        f"{_MODELS}/plan.py",
        "found |= {lookup.table for lookup in self.model.lookups}",
        "found |= {self.model.table for lookup in self.model.lookups}",
        _IT_CHANGES,
    ),
)
