"""A server that speaks as S3 and SQS do, in a process of its own on 127.0.0.1: moto, over HTTP."""

import os
import socket
import subprocess
import sys
import time
from itertools import count
from typing import Any, Final, Self
from urllib.error import URLError
from urllib.request import urlopen

import boto3

ENVIRONMENT: Final = {
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": "canary-of-the-tests",  # pragma: allowlist secret - made up
    "AWS_REGION": "eu-west-2",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
_LEASH: Final = """
import os, sys, threading
from moto.server import main
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
"""
_PATIENCE_SECONDS: Final = 120.0
_numbers = count(1)


class S3Server:
    """A running moto. It keeps what it is given in memory, and ends when it is closed, or when this process does."""

    def __init__(self) -> None:
        self.port = _free_port()
        self.url: Final = f"http://127.0.0.1:{self.port}"
        serve = f"main(['-H', '127.0.0.1', '-p', '{self.port}'])"
        self._process = subprocess.Popen(  # noqa: S603 - the arguments are our own
            [sys.executable, "-c", f"{_LEASH}{serve}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def ready(self) -> Self:
        """Wait until it answers."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with urlopen(f"{self.url}/moto-api/", timeout=1):  # noqa: S310 - our own server
                    return self
            except (URLError, OSError):
                time.sleep(0.05)
        message = "moto did not start: is it installed, as requirements.lock has it?"
        raise RuntimeError(message)

    def client(self, service: str = "s3") -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
        """A client of the SDK, for the tests themselves."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=ENVIRONMENT["AWS_REGION"],
            aws_access_key_id=ENVIRONMENT["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
        )

    def bucket(self, name: str = "") -> str:
        """The name of a new, empty bucket."""
        name = name or f"tests-{next(_numbers)}"
        self.client().create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": ENVIRONMENT["AWS_REGION"]}
        )
        return name

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
