"""dlt's merge strategy ``scd2``: it reads the file itself, so all of it is its work."""

from pathlib import Path
from typing import Any

from benchmarks.history.environments import PEERS, python_of
from benchmarks.speed.lives import Delivery
from benchmarks.speed.peers.dimension import CASES, moment_of, refuse_other_count
from benchmarks.speed.process import asked
from benchmarks.speed.staged import COLUMNS
from benchmarks.speed.ways import Place, Way


class Dlt(Way):
    """A pipeline with one table."""

    NAME = "dlt"

    def __init__(self, place: Place) -> None:
        """Make the environment, when it is not there yet."""
        super().__init__(place)
        self._python = python_of(next(peer for peer in PEERS if peer.name == self.NAME))

    def takes(self, delivery: Delivery) -> bool:
        """It has no facts."""
        return delivery.case in CASES

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
