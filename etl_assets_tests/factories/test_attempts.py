"""Runs remember what they were started for, wherever Dagster keeps its records."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml

from etl_assets.connectors.files.arrivals import Arrival
from etl_assets.factories.attempts import attempts, tags_of, unused
from etl_assets.factories.decide import decide
from etl_assets.factories.requests import files_request
from etl_assets.warehouse.dead_letters import DeadLetter
from etl_assets_tests.factories.test_decide import NOW
from etl_assets_tests.servers.postgres import Postgres


@dg.job
def loads() -> None:
    """Some job."""


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Records of nothing yet."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def on_postgres(postgres_server: Postgres, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Records that are kept in PostgreSQL, as docker compose has them."""
    url = postgres_server.url().replace("postgresql://", "postgresql+psycopg2://")
    settings = {"storage": {"postgres": {"postgres_url": url}}, "telemetry": {"enabled": False}}
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(settings))
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


def ended(instance: dg.DagsterInstance, request: dg.RunRequest) -> None:
    tags = {**request.tags, "dagster/run_key": str(request.run_key)}
    instance.create_run_for_job(loads, status=dg.DagsterRunStatus.FAILURE, tags=tags)


def request_for(*paths: str) -> dg.RunRequest:
    ready = [Arrival(dataset="w/staging/people", path=path, version=f"{hash(path):x}"[-12:]) for path in paths]
    decision = decide(ready, (), {}, {}, now=NOW)
    return files_request("w", decision.tried, decision)


def test_five_hundred_files_at_once_are_a_run_that_postgresql_can_keep(on_postgres: dg.DagsterInstance) -> None:
    paths = [f"deliveries/{hash(str(number)):x}/people_{number}.csv" for number in range(500)]
    request = request_for(*paths, "long/" * 800)
    ended(on_postgres, request)
    assert Counter(attempts(on_postgres, "w").values()) == {1: 500}
    assert len(str(request.run_key)) < 500


def test_a_run_is_counted_for_each_of_its_files(instance: dg.DagsterInstance) -> None:
    for keys in (["a@1", "b@1"], ["b@1"], []):
        instance.create_run_for_job(loads, status=dg.DagsterRunStatus.SUCCESS, tags=tags_of("w", keys))
    instance.create_run_for_job(loads, status=dg.DagsterRunStatus.STARTED, tags=tags_of("w", ["a@1"]))
    instance.create_run_for_job(loads, status=dg.DagsterRunStatus.FAILURE, tags=tags_of("other", ["a@1"]))
    assert attempts(instance, "w") == {"a@1": 1, "b@1": 2}


def test_an_attempt_has_a_run_key_of_its_own_though_people_delete_runs(instance: dg.DagsterInstance) -> None:
    request = request_for("a.csv")
    key = str(request.run_key)
    assert (key.startswith("a.csv@"), key.endswith("#1")) == (True, True)
    assert unused(instance, key) == key
    ended(instance, request)
    assert unused(instance, key) == f"{key}, again"


def test_very_many_files_have_a_short_run_key_that_tells_them_apart() -> None:
    paths = [f"people_{number}.csv" for number in range(100)]
    first, second = request_for(*paths).run_key, request_for(*paths, "another.csv").run_key
    assert "and 99 more" in str(first)
    assert first != second


def test_a_load_goes_on_without_the_dead_letters_of_its_dataset_alone() -> None:
    ready = Arrival(dataset="w/staging/people", path="a.csv", version="1")
    dead = [
        DeadLetter(dataset=name, path="bad.csv", version="1", attempts=3, reason="bad", given_up_at=NOW)
        for name in (ready.dataset, "w/staging/other")
    ]
    waits = [Arrival(dataset=one.dataset, path=one.path, version="1", in_lake=True) for one in dead]
    decision = decide([ready, *waits], dead, {f"aside:{one.key}": 3 for one in dead}, {}, now=NOW)
    request = files_request("w", decision.tried, decision)
    assert request.run_config == {"ops": {"w__staging__people": {"config": {"put_aside": ["bad.csv"]}}}}
