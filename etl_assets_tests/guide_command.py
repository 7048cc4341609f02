"""The command ``etl-assets`` for pages that type it often: each call is a fork of one process that has its packages.

A call begins where the project's own modules are imported, from the caller's ``PYTHONPATH``; it has the caller's
folder, variables and output, and ends with its own exit code. Started as a program, this module is that one process;
it ends when its input does.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("dagster", "duckdb", "filelock", "numpy", "psycopg", "pyarrow.parquet", "rich.console", "sqlglot")
_READY: Final = b"ready\n"
_CLIENT: Final = """#!{python} -SE
import json, os, socket, sys
place = socket.socket(socket.AF_UNIX)
place.connect("{place}")
call = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(place, [len(call).to_bytes(4)], [1, 2])
place.sendall(call)
os._exit(place.recv(1)[0])
"""


@contextmanager
def programs_of_pages() -> Generator[Path]:
    """Run the process that calls are forks of; gives the folder with the program ``etl-assets`` that makes them."""
    with tempfile.TemporaryDirectory(prefix="etl-guides-") as folder:
        place, program = Path(folder) / "place", Path(folder) / "etl-assets"
        program.write_text(_CLIENT.format(python=sys.executable, place=place), encoding="utf-8")
        program.chmod(0o755)
        line = [sys.executable, "-P", __file__, str(place)]
        running = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - this file
        assert running.stdout
        assert running.stdout.readline() == _READY
        try:
            yield Path(folder)
        finally:
            running.communicate(timeout=60)


def serve(place: str) -> None:
    """Take calls until the input ends."""
    for name in _PACKAGES:
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(place)
        server.listen()
        sys.stdout.buffer.write(_READY)
        sys.stdout.flush()
        while sys.stdin not in select.select([server, sys.stdin], [], [])[0]:
            caller, _ = server.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os._exit(answer(caller))
            caller.close()


def answer(caller: socket.socket) -> int:
    """Do a call in a process of its own, as that may be killed, and say how it ended."""
    head, files, *_ = socket.recv_fds(caller, 4, 2)
    with caller.makefile("rb") as text:
        arguments, folder, variables = json.loads(text.read(int.from_bytes(head)))
    worker = os.fork()
    if worker == 0:
        for number, file in enumerate(files, start=1):
            os.dup2(file, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(variables)
        call(arguments)
    code = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    caller.sendall(bytes([code if code >= 0 else 128 - code]))
    return 0


def call(arguments: list[str]) -> None:
    """Be ``etl-assets``; does not return."""
    sys.path.insert(0, os.environ["PYTHONPATH"])
    sys.argv = ["etl-assets", *arguments]
    code = 1
    try:
        import_module("etl_assets.cli").main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
