"""dlt's merge strategy ``scd2``: it reads the file itself, so all of it is its work."""

from pathlib import Path
from typing import Any

from benchmarks.speed.lives import Delivery
from benchmarks.speed.peers.dimension import Tool, moment_of, refuse_other_count
from benchmarks.speed.process import asked
from benchmarks.speed.staged import COLUMNS


class Dlt(Tool):
    """A pipeline with one table."""

    NAME = "dlt"

    def bring(self, delivery: Delivery, file: Path) -> dict[str, Any]:
        """Merge the file."""
        request = {
            "engine": self.place.engine,
            "database": self.place.database,
            "folder": str(self.place.folder),
            "file": str(file),
            "columns": list(COLUMNS[delivery.meaning]),
            "dropped": list(COLUMNS[delivery.meaning].keys() - COLUMNS["snapshots"].keys()),
            "is_part": delivery.meaning == "changes",
            "at": moment_of(delivery).isoformat(),
        }
        answer = asked("benchmarks.speed.peers.runners.dlt", request, python=self._python)
        refuse_other_count(self.NAME, delivery, answer["versions"])
        return answer | {"steps": {"build": answer["build"]}}
