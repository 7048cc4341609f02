"""What goes between the harness and a measured process: two JSON files. Needs the standard library alone."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def serve(answer_to: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Read the request, answer it."""
    request, answer = map(Path, sys.argv[1:])
    answer.write_text(json.dumps(answer_to(json.loads(request.read_text(encoding="utf-8")))), encoding="utf-8")
