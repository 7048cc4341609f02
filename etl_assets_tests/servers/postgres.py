"""A private PostgreSQL: started, stopped, killed and started again by the test that owns it.

It outlives nobody: a leash, a shell that waits for the end of its input, ends the server and removes its folder when
the process that started it is gone, however that went.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, LiteralString, Self

import psycopg
from psycopg import sql

from etl_assets_tests.servers.binaries import server_user, within_reach

Stop = Literal["smart", "fast", "immediate"]

_SIGNALS: Final[dict[Stop, signal.Signals]] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}
_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "50",
    "wal_level": "logical",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "timezone": "UTC",
}
_LEASH: Final = """cat > /dev/null; kill -QUIT "$1" 2> /dev/null
for _ in 1 2 3 4 5 6 7 8 9; do kill -0 "$1" 2> /dev/null || break; sleep 0.1; done; rm -rf "$2" """
_PATIENCE_SECONDS: Final = 60.0
_ATTEMPTS: Final = 3


class ServerDidNotStart(Exception):
    """PostgreSQL ended, or said nothing, before it was ready; holds the end of its log."""


class Postgres:
    """One cluster in a folder of its own.

    Args:
        programs: The folder of ``initdb`` and ``postgres``.
        template: A cluster that is stopped and outlives this one: its files are copied, which is faster than making
            new ones, and its programs are used.
        settings: Server settings over the defaults, which give up safety from a power cut for speed.
        follows: A server that runs and whose standby this one is.
    """

    def __init__(
        self,
        programs: Path,
        *,
        template: Self | None = None,
        settings: dict[str, str] | None = None,
        follows: Self | None = None,
    ) -> None:
        self._user = server_user()
        self._folder = Path(tempfile.mkdtemp(prefix="etl-postgres-"))
        self._folder.chmod(0o711)
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self.programs: Final = template.programs if template else within_reach(programs, self._folder)
        self._settings = _SETTINGS | (settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: subprocess.Popen[bytes] | None = None
        self.port = 0
        self._make_files(template, follows)

    @property
    def data(self) -> Path:
        """The folder of the cluster's files."""
        return self._folder / "data"

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        return self._running().pid

    @property
    def is_running(self) -> bool:
        """Whether the postmaster lives."""
        return self._process is not None and self._process.poll() is None

    def url(self, database: str = "postgres") -> str:
        """The address of one database, as its superuser, who needs no password."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: LiteralString | sql.Composed, *, database: str = "postgres") -> None:
        """Run one statement as the superuser, outside any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def log(self) -> str:
        """What the server wrote."""
        file = self._folder / "log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def start(self) -> Self:
        """Start, on the port it had before if there was one, and wait until it takes connections.

        Raises:
            ServerDidNotStart: When it ends before it is ready, or is not ready in a minute.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            self.port = self.port or _free_port()
            try:
                return self._start()
            except ServerDidNotStart:
                if attempt == _ATTEMPTS or "could not bind" not in self.log():
                    raise
                self.port = 0
        raise AssertionError

    def stop(self, how: Stop = "fast") -> None:
        """Stop and wait for the end; ``immediate`` leaves the next start a recovery to do."""
        self._end(_SIGNALS[how])

    def kill(self) -> None:
        """End every process of the server at once, as a power switch would."""
        self._end(signal.SIGKILL)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def restart(self, how: Stop = "fast") -> Self:
        """Stop and start on the same port."""
        self.stop(how)
        return self.start()

    def close(self) -> None:
        """End the server, if it runs, and remove its folder."""
        if self.is_running:
            self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make_files(self, template: Self | None, follows: Self | None) -> None:
        data = self._folder / "data"
        initdb = [str(self.programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync"]
        argv = [*initdb, "--no-instructions", "-E", "UTF8", "--locale=C.UTF-8"]
        if template is not None:
            argv = ["cp", "-a", str(template.data), str(data)]
        if follows is not None:
            argv = [str(self.programs / "pg_basebackup"), "-D", str(data), "-d", follows.url(), "-R", "-c", "fast"]
        self._spawn(argv).wait()
        if not (data / "PG_VERSION").exists():
            raise ServerDidNotStart(self.log())

    def _start(self) -> Self:
        settings = self._settings | {"port": str(self.port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._process = self._spawn([str(self.programs / "postgres"), "-D", str(self.data), *options])
        self._leash = subprocess.Popen(  # noqa: S603 - the script is a constant, its arguments are made here
            ["/bin/sh", "-c", _LEASH, "leash", str(self._process.pid), str(self._folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._wait_until_ready()
        return self

    def _wait_until_ready(self) -> None:
        file = self.data / "postmaster.pid"
        until = time.monotonic() + _PATIENCE_SECONDS
        while self.is_running and time.monotonic() < until:
            lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
            if lines and lines[0] == str(self.pid) and lines[-1].strip() == "ready":
                return
            time.sleep(0.02)
        if self.is_running:
            self.kill()
        self._let_go()
        raise ServerDidNotStart(self.log()[-2000:])

    def _end(self, number: signal.Signals) -> None:
        if number is signal.SIGKILL:
            backends = _children(self.pid)
            os.kill(self.pid, number)
            _kill_all(backends)
        else:
            os.kill(self.pid, number)
        self._running().wait(timeout=_PATIENCE_SECONDS)
        self._let_go()

    def _let_go(self) -> None:
        leash, self._leash, self._process = self._leash, None, None
        if leash is not None:
            leash.kill()
            leash.communicate()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            message = "The server is not running: call start() first."
            raise RuntimeError(message)
        return self._process

    def _spawn(self, argv: list[str]) -> subprocess.Popen[bytes]:
        group = None if self._user is None else pwd.getpwnam(self._user).pw_gid
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - an argv made here
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                user=self._user,
                group=group,
                extra_groups=None if group is None else [],
                start_new_session=True,
            )


def _children(pid: int) -> list[int]:
    """A server's own processes; each is in a session of its own, so no signal reaches all of them."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text(encoding="ascii").split()] if listed.exists() else []


def _kill_all(pids: list[int]) -> None:
    """End processes and wait until they are gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + _PATIENCE_SECONDS
    while any(_lives(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.001)


def _lives(pid: int) -> bool:
    """Whether a process still runs: one that nobody has buried yet does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return not stat.rpartition(")")[2].lstrip().startswith("Z")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
