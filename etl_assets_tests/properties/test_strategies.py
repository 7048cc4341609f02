"""The strategies make what they promise, and everything that the features name is reached."""

from itertools import chain

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from etl_assets_tests.properties.features import FEATURES, features
from etl_assets_tests.properties.strategies import Batch, History, arrivals, events_of, histories, snapshots_of

often = settings(max_examples=100, deadline=None)
arrived_histories = histories().flatmap(lambda history: st.tuples(st.just(history), arrivals(history)))
Arrived = tuple[History, tuple[Batch, ...]]


@often
@given(histories())
def test_a_delivery_is_one_file_of_events_or_of_one_snapshot(history: History) -> None:
    for delivery in history.deliveries:
        assert bool(delivery.events) != (delivery.snapshot is not None)
    words = [*events_of(history.deliveries), *snapshots_of(history.deliveries)]
    assert {word.file for word in words} == {delivery.file for delivery in history.deliveries}


@often
@given(histories())
def test_a_path_and_its_content_come_with_one_modification_time(history: History) -> None:
    assert len({(each.file.path, each.file.sha256) for each in history.deliveries}) == len(history.deliveries)


@often
@given(arrived_histories)
def test_every_file_and_every_fact_arrives(arrived: Arrived) -> None:
    history, batches = arrived
    assert {each.file for batch in batches for each in batch.deliveries} == {each.file for each in history.deliveries}
    facts = list(chain.from_iterable(batch.facts for batch in batches))
    assert sorted(fact.fact_id for fact in facts) == [fact.fact_id for fact in history.facts]


@often
@given(arrived_histories)
def test_features_have_names_and_those_of_the_history_do_not_depend_on_its_arrival(arrived: Arrived) -> None:
    history, batches = arrived
    of_arrival = {name for name in FEATURES if name.startswith(("late", "inferred", "moved", "repeated files"))}
    assert features(history) | features(history, batches) <= set(FEATURES)
    assert features(history) - of_arrival == features(history, batches) - of_arrival


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_is_reached(feature: str) -> None:
    searching = settings(
        max_examples=500,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
    )
    find(arrived_histories, lambda arrived: feature in features(*arrived), settings=searching)
