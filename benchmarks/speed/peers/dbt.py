"""dbt's snapshots: the strategy ``timestamp`` where rows have their time, else ``check`` over every column."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.speed.lives import Delivery
from benchmarks.speed.peers.dimension import Tool, refuse_other_count
from benchmarks.speed.process import asked, measured
from benchmarks.speed.staged import COLUMNS
from benchmarks.speed.ways import Place


class Dbt(Tool):
    """A project with one snapshot of one source; ``load`` fills the source and is not dbt's work."""

    NAME = "dbt"

    def bring(self, delivery: Delivery, file: Path) -> dict[str, Any]:
        """Fill the source and run the snapshot."""
        if not (self.place.folder / "dbt_project.yml").exists():
            _write_project(self.place, delivery.meaning)
        source = self._ask(file=str(file), meaning=delivery.meaning)
        whole = self._snapshot()
        refuse_other_count(self.NAME, delivery, self._ask(count="snapshots.customers")["versions"])
        results = json.loads((self.place.folder / "target" / "run_results.json").read_text(encoding="utf-8"))
        return {"steps": {"load": source["load"], "build": results["results"][0]["execution_time"]}, **whole}

    def _ask(self, **request: str) -> dict[str, Any]:
        asked_for = {"url": self.place.database, **request}
        return asked("benchmarks.speed.peers.source", asked_for, python=self._python)

    def _snapshot(self) -> dict[str, float]:
        folder = str(self.place.folder)
        argv = [str(self._python.with_name("dbt")), "--quiet", "--no-version-check", "snapshot"]
        argv += ["--project-dir", folder, "--profiles-dir", folder]
        return measured(argv)


def _write_project(place: Place, meaning: str) -> None:
    project = {"name": "speed", "version": "1.0.0", "profile": "speed", "snapshot-paths": ["snapshots"]}
    source = {"name": "sources", "tables": [{"name": "customers"}]}
    attributes = [name for name in COLUMNS["snapshots"] if name != "customer_id"]
    way = (
        {"strategy": "timestamp", "updated_at": "changed_at", "hard_deletes": "ignore"}
        if meaning == "changes"
        else {"strategy": "check", "check_cols": attributes, "hard_deletes": "invalidate"}
    )
    config = {"schema": "snapshots", "unique_key": "customer_id", **way}
    snapshot = {"name": "customers", "relation": "source('sources', 'customers')", "config": config}
    files = {
        "dbt_project.yml": project | {"flags": {"send_anonymous_usage_stats": False}},
        "profiles.yml": {"speed": {"target": "speed", "outputs": {"speed": _target(place)}}},
        "macros/schema.sql": "{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}",
        "models/sources.yml": {"sources": [source]},
        "snapshots/snapshots.yml": {"snapshots": [snapshot]},
    }
    for name, content in files.items():
        path = place.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def _target(place: Place) -> dict[str, Any]:
    if place.engine == "duckdb":
        return {"type": "duckdb", "path": place.database, "schema": "main", "threads": 1}
    url = urlsplit(place.database)
    where = {"host": url.hostname, "port": url.port, "user": url.username, "dbname": url.path[1:]}
    return {"type": "postgres", "password": "", "schema": "public", "threads": 1} | where
