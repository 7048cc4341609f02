"""What the lake knows of the files of a dataset, and how a landed file stands to it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal

from etl_assets.lake.manifest import Manifest

Standing = Literal["new", "delivered", "returned", "outdated"]
"""``new``: the path never had this content. ``delivered``: it is the path's newest. ``returned``: the path had it
before, and has it again later than its newest. ``outdated``: it had it before, and is not newer than that."""


class Known:
    """The deliveries that the lake has, by path.

    Args:
        manifests: Those of the dataset.
    """

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        """Take them in."""
        self.hashes: defaultdict[str, dict[tuple[int, ...], str]] = defaultdict(dict)
        self._deliveries: set[tuple[str, str]] = set()
        self._newest: dict[str, tuple[datetime, datetime, str]] = {}
        for file in (file for manifest in manifests for file in manifest.files):
            self.hashes[file.path][file.fingerprint] = file.sha256
            self._deliveries.add((file.path, file.sha256))
            place = (file.order_at, file.modified_at, file.sha256)
            self._newest[file.path] = max(place, self._newest.get(file.path, place))

    def standing(self, path: str, sha256: str, times: Callable[[], tuple[datetime, datetime]]) -> Standing:
        """How a content of a path stands to what came before, in the order of files.

        Args:
            path: The path.
            sha256: Of the content.
            times: Gives its place in the order and when it was written, which in a bucket has to be asked for: it is
                not where the content tells it.
        """
        if (path, sha256) not in self._deliveries:
            return "new"
        newest = self._newest[path]
        if sha256 == newest[2]:
            return "delivered"
        return "returned" if (*times(), sha256) > newest else "outdated"
