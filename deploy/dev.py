"""Dagster's pages on this machine, for ``make dev``: ``python deploy/dev.py PORT``."""  # noqa: INP001 - a program, in no package

import os
import signal
import socket
import sys
from pathlib import Path


def main(port: str) -> None:
    """Become ``dg dev``, if the port is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            sys.exit(f"dev: port {port} is taken; stop what uses it, or choose another: make dev PORT=3001")
    # Dagster stops its own processes by interrupts, which a shell that starts it with & has switched off.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    program = str(Path(sys.executable).with_name("dg"))
    os.execv(program, [program, "dev", "--host", "127.0.0.1", "--port", port])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1])
