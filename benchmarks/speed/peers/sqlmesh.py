"""SQLMesh's type 2 models: by time where rows have their time, else by column."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.speed.lives import Delivery
from benchmarks.speed.peers.dimension import Tool, moment_of, refuse_other_count
from benchmarks.speed.process import asked
from benchmarks.speed.staged import COLUMNS
from benchmarks.speed.ways import Place


class SqlMesh(Tool):
    """A project with one model of one source; ``load`` fills the source and is not SQLMesh's work."""

    NAME = "SQLMesh"

    def bring(self, delivery: Delivery, file: Path) -> dict[str, Any]:
        """Fill the source and run the model."""
        if not (self.place.folder / "config.yaml").exists():
            _write_project(self.place, delivery.meaning)
        filled = {"url": self.place.database, "file": str(file), "meaning": delivery.meaning}
        source = asked("benchmarks.speed.peers.source", filled, python=self._python)
        request = {"folder": str(self.place.folder), "at": str(moment_of(delivery).replace(tzinfo=None))}
        answer = asked("benchmarks.speed.peers.runners.sqlmesh", request, python=self._python)
        refuse_other_count(self.NAME, delivery, answer["versions"])
        return answer | {"steps": {"load": source["load"], "build": answer["build"]}}


def _write_project(place: Place, meaning: str) -> None:
    config = {
        "gateways": {"speed": {"connection": _connection(place)}},
        "default_gateway": "speed",
        "model_defaults": {"dialect": place.engine, "start": "2024-01-01"},
    }
    (place.folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
    (place.folder / "models").mkdir()
    (place.folder / "models" / "customers.sql").write_text(_model(meaning), encoding="utf-8")


def _connection(place: Place) -> dict[str, Any]:
    if place.engine == "duckdb":
        return {"type": "duckdb", "database": place.database}
    url = urlsplit(place.database)
    where = {"host": url.hostname, "port": url.port, "user": url.username, "database": url.path[1:]}
    return {"type": "postgres", "password": "", "concurrent_tasks": 1} | where


def _model(meaning: str) -> str:
    attributes = [name for name in COLUMNS["snapshots"] if name != "customer_id"]
    options = {"unique_key": "customer_id", "invalidate_hard_deletes": str(meaning == "snapshots").lower()}
    if meaning == "changes":
        kind, options["updated_at_name"] = "scd_type_2_by_time", "changed_at"
    else:
        kind, options["columns"] = "scd_type_2_by_column", f"[{', '.join(attributes)}]"
    listed = ", ".join(f"{name} {value}" for name, value in options.items())
    columns = [f"{name}::{type_} as {name}" for name, type_ in COLUMNS["snapshots"].items()]
    return (
        f"model (name speed.customers, kind {kind} ({listed}), cron '@daily');\n"
        f"select {', '.join(columns)}, changed_at::timestamp as changed_at from sources.customers\n"
    )
