"""One deployment in a folder of its own, on loopback; every process ends with the test."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal
from urllib.error import URLError
from urllib.request import Request, urlopen

Part = Literal["code", "daemon", "webserver"]

_PROJECT: Final = Path(__file__).parents[2]
_BIN: Final = Path(sys.executable).parent
_PATIENCE_SECONDS: Final = 300.0
_POLL_SECONDS: Final = 0.25
_QUICKER: Final = {
    "start_timeout_seconds: 180": "start_timeout_seconds: 20",
    "poll_interval_seconds: 10": "poll_interval_seconds: 2",
}
_LOCATION: Final = ("--location-name", "etl_assets", "--module-name")
_WORKSPACE: Final = "load_from:\n  - grpc_server: {{host: 127.0.0.1, port: {port}, location_name: etl_assets}}\n"

_BACKFILL: Final = """
mutation($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) { ... on LaunchBackfillSuccess { backfillId } }
}"""
_BACKFILLED: Final = (
    "query($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"
)


class TookTooLong(Exception):
    """Something that was waited for did not come about."""


class Deployment:
    """A code server, a daemon and a web server over one folder.

    Args:
        folder: For Dagster's records and for what the warehouse writes.
        settings: More environment variables.
        module: What the code server loads.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, str] | None = None, *, module: str = "etl_assets.definitions"
    ) -> None:
        """Write Dagster's settings as they are shipped, but for quicker polls."""
        self.folder: Final = folder
        self._module = module
        self.home: Final = folder / "var"
        self._ports: dict[Part, int] = {"code": _free_port(), "webserver": _free_port()}
        self._processes: dict[Part, subprocess.Popen[bytes]] = {}
        shipped = (_PROJECT / "dagster.yaml").read_text(encoding="utf-8")
        for usual, quicker in _QUICKER.items():
            assert usual in shipped
            shipped = shipped.replace(usual, quicker)
        (folder / "dagster.yaml").write_text(shipped, encoding="utf-8")
        (folder / "workspace.yaml").write_text(_WORKSPACE.format(port=self._ports["code"]), encoding="utf-8")
        own = {"DAGSTER_HOME": str(folder), "ETL_HOME": str(self.home), "ETL_SETTLE_SECONDS": "1"}
        paths = {"PYTHONPATH": str(_PROJECT), "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
        self._environment = {**os.environ, **paths, **own, **(settings or {})}

    @property
    def landing(self) -> Path:
        """Where files arrive for the support warehouse."""
        return self.home / "landing" / "support"

    def start(self) -> None:
        """Start every part that does not run, the code server first."""
        for part in ("code", "webserver", "daemon"):
            if part not in self._processes:
                self._processes[part] = self._spawn(part)
            if part in self._ports:
                self.wait(lambda part=part: self._answers(part), f"the {part} answers")

    def kill(self, part: Part) -> None:
        """End one process at once, and none of those that it started."""
        process = self._processes.pop(part)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End everything that was started, with all that it has started in turn."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
        for pid in pids_with(f"DAGSTER_HOME={self.folder}"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._processes.clear()

    def workers(self) -> list[int]:
        """The process ids of the runs that are executed now."""
        return [pid for pid in pids_with(f"DAGSTER_HOME={self.folder}") if "multiprocessing.spawn" in command_of(pid)]

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What the web server's GraphQL says."""
        body = json.dumps({"query": query, "variables": variables or {}}).encode()
        url = f"http://127.0.0.1:{self._ports['webserver']}/graphql"
        request = Request(url, body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
            found = json.load(answer)
        assert "errors" not in found, found["errors"]
        return found["data"]

    def runs(self) -> list[dict[str, Any]]:
        """Every run, the newest first: id, status, tags."""
        query = "{ runsOrError { ... on Runs { results { runId status tags { key value } } } } }"
        found = self.ask(query)["runsOrError"]["results"]
        return [{**run, "tags": {tag["key"]: tag["value"] for tag in run["tags"]}} for run in found]

    def backfill(self, asset: str, partition: str) -> None:
        """Backfill one partition as the pages do, and wait until its run has succeeded."""
        params = {"assetSelection": [{"path": asset.split("/")}], "partitionNames": [partition]}
        asked = self.ask(_BACKFILL, {"params": params})["launchPartitionBackfill"]
        found = {"id": asked["backfillId"]}
        self.wait(
            lambda: self.ask(_BACKFILLED, found)["partitionBackfillOrError"]["status"] == "COMPLETED_SUCCESS",
            f"{asset} is backfilled for {partition}",
        )

    def wait(self, is_so: Callable[[], bool], what: str, *, seconds: float = _PATIENCE_SECONDS) -> float:
        """Wait for something; gives the seconds that it took.

        Raises:
            TookTooLong: When it does not come about.
        """
        began = time.monotonic()
        while not is_so():
            if (waited := time.monotonic() - began) > seconds:
                message = f"Not in {waited:.0f} s: {what}.\n{self.logs()}"
                raise TookTooLong(message)
            time.sleep(_POLL_SECONDS)
        return time.monotonic() - began

    def logs(self) -> str:
        """The ends of what the processes wrote."""
        return "\n".join(f"--- {file.name}\n{file.read_text()[-3000:]}" for file in sorted(self.folder.glob("*.log")))

    def _spawn(self, part: Part) -> "subprocess.Popen[bytes]":
        port = str(self._ports.get(part, 0))
        argv = {
            "code": ["dagster", "api", "grpc", "--host", "127.0.0.1", "--port", port, *_LOCATION, self._module],
            "daemon": ["dagster-daemon", "run", "--workspace", "workspace.yaml"],
            "webserver": ["dagster-webserver", "--host", "127.0.0.1", "--port", port, "--workspace", "workspace.yaml"],
        }[part]
        with (self.folder / f"{part}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - an argv made here
                [str(_BIN / argv[0]), *argv[1:]],
                cwd=self.folder,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _answers(self, part: Part) -> bool:
        assert self._processes[part].poll() is None, self.logs()
        if part == "webserver":
            with suppress(URLError, OSError):
                self.ask("{ version }")
                return True
            return False
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._ports[part])) == 0


def pids_with(variable: str) -> list[int]:
    """The processes that have this in their environment."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def command_of(pid: int) -> str:
    """How a process was called; empty when it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
