"""The lake: Parquet parts, and a manifest for each load that names them.

    <warehouse>/<table>/manifests/<load_id>.json
    <warehouse>/<table>/data/<day>/<load_id>-<number>-<hash>.parquet
    <warehouse>/<table>/unreadable/<sha256>
    <warehouse>/<table>/documents/<sha256>
    <warehouse>/<table>/decisions/<number>.json

What no manifest names does not exist, and nothing that one names is ever changed.
"""

from hashlib import file_digest
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from etl_assets.errors import LakeError, SettingsError
from etl_assets.lake.decisions import Decision, Decisions
from etl_assets.lake.folder import FolderStorage
from etl_assets.lake.manifest import Manifest
from etl_assets.names import TableName
from etl_assets.urls import is_bucket

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from _typeshed import SupportsRead

    from etl_assets.cache import Cache
    from etl_assets.lake.manifest import PartEntry
    from etl_assets.lake.storage import Storage
    from etl_assets.lake.writer import LoadWriter

_CHUNK: Final = 1024 * 1024
_MEND: Final = "Put it back from a copy of the lake."


class Lake:
    """Raw data by dataset. A dataset is named by its staging table's key, as ``support/staging/cases``.

    Args:
        storage: Where it is.
    """

    def __init__(self, storage: "Storage") -> None:
        """Nothing is touched yet."""
        self.storage = storage
        self._known: dict[str, Manifest] = {}
        self._decisions: dict[str, Decisions] = {}
        self._is_swept = False

    def writer(self, dataset: str) -> "LoadWriter":
        """A writer for the rows of one load. The first one takes away what killed writers left unfinished long ago."""
        from etl_assets.lake.writer import LoadWriter  # noqa: PLC0415 - pyarrow is slow to import

        if not self._is_swept:
            self.storage.sweep()
            self._is_swept = True
        return LoadWriter(self.storage, _folder(dataset))

    def commit(self, manifest: Manifest) -> bool:
        """Make a load exist; False when it does already, and then nothing has changed."""
        return self.storage.put_if_absent(_manifest_key(manifest.dataset, manifest.load_id), manifest.to_json())

    def manifests(self, dataset: str) -> tuple[Manifest, ...]:
        """The loads of a dataset, those that read files once more before others, by load id. Each is read once."""
        keys = [key for key in self.storage.list(f"{_folder(dataset)}/manifests") if key.endswith(".json")]
        self._take_in(keys)
        return tuple(
            sorted((self._known[key] for key in keys), key=lambda manifest: (-manifest.attempt, manifest.load_id))
        )

    def manifest(self, dataset: str, load_id: str) -> Manifest:
        """One load of a dataset."""
        key = _manifest_key(dataset, load_id)
        self._take_in([key])
        return self._known[key]

    def load_ids(self, dataset: str) -> tuple[str, ...]:
        """The loads of a dataset, by their names alone: nothing is read."""
        keys = self.storage.list(f"{_folder(dataset)}/manifests")
        return tuple(PurePosixPath(key).stem for key in keys if key.endswith(".json"))

    def decisions(self, dataset: str) -> dict[int, Decision]:
        """What was decided about the files of a dataset, by file."""
        return self._decisions_of(dataset).standing()

    def decide(self, dataset: str, decided: "Iterable[Decision]") -> None:
        """Write down what is decided about files of a dataset, for every warehouse that is made of the lake."""
        self._decisions_of(dataset).add(decided)

    def _decisions_of(self, dataset: str) -> Decisions:
        return self._decisions.setdefault(dataset, Decisions(self.storage, _folder(dataset)))

    def parts(self, manifest: Manifest) -> tuple[Path, ...]:
        """The Parquet files of a load, each of them read through once.

        Raises:
            LakeError: When one is missing, or its bytes are not those that the manifest names.
        """
        return tuple(self._part(part) for part in manifest.parts)

    def _part(self, part: "PartEntry") -> Path:
        if (size := self.storage.size(part.path)) is None:
            raise self._damaged(part, "is missing")
        if size != part.bytes:
            raise self._damaged(part, f"has {size} bytes instead of {part.bytes}")
        found = self._sha256(part)
        if found != part.sha256 and self.storage.forget(part.path):
            found = self._sha256(part)
        if found != part.sha256:
            raise self._damaged(part, f"has the SHA-256 {found} instead of {part.sha256}")
        return self.storage.local_path(part.path)

    def _sha256(self, part: "PartEntry") -> str:
        with self.storage.open_input(part.path) as file:
            return file_digest(file, "sha256").hexdigest()

    def _damaged(self, part: "PartEntry", found: str) -> LakeError:
        return LakeError(f"{part.path} of the lake {self.storage.uri} {found}.", mend=_MEND)

    def keep_original(
        self, dataset: str, sha256: str, stream: "SupportsRead[bytes]", *, folder: str = "unreadable"
    ) -> str | None:
        """Keep a file's bytes as they came; gives their key, or None, and keeps nothing, when their hash is another."""
        key = f"{_folder(dataset)}/{folder}/{sha256}"
        if self.storage.size(key) is None:
            with self.storage.open_output() as output:
                while chunk := stream.read(_CHUNK):
                    output.write(chunk)
                if output.sha256 != sha256:
                    return None
                output.publish(key)
        return key

    def _take_in(self, keys: "Sequence[str]") -> None:
        """Read the manifests that are not known yet."""
        unknown = [key for key in keys if key not in self._known]
        for key, data in zip(unknown, self.storage.read_many(unknown), strict=True):
            manifest = self._manifest(key, data)
            if key != _manifest_key(manifest.dataset, manifest.load_id):
                message = f"The manifest {key} is the one of {manifest.dataset}, load {manifest.load_id}."
                raise LakeError(message, mend=_MEND)
            self._known[key] = manifest

    def _manifest(self, key: str, data: bytes) -> Manifest:
        """A manifest; where this machine's copy cannot be read, it is fetched once more."""
        try:
            return Manifest.from_json(data)
        except LakeError:
            if not self.storage.forget(key):
                raise
            return Manifest.from_json(self.storage.read(key))


def open_lake(url: str, cache: "Cache | None" = None) -> Lake:
    """The lake at a URL.

    Args:
        url: The path of a folder, or ``s3://bucket/prefix``.
        cache: For what is read from a bucket; a folder needs none.

    Raises:
        SettingsError: When it is a URL of another kind, or of a bucket without a cache.
    """
    if is_bucket(url) and cache:
        from etl_assets.lake.s3 import S3Storage  # noqa: PLC0415 - only what is used is imported

        return Lake(S3Storage(url, cache))
    if "://" in url:
        message = f"ETL_LAKE_URL has the unknown scheme {url.partition('://')[0]!r}."
        raise SettingsError(message, mend="Give the path of a folder, or s3://bucket/prefix.")
    return Lake(FolderStorage(Path(url)))


def _folder(dataset: str) -> str:
    table = TableName.parse(dataset)
    return f"{table.warehouse}/{table.table}"


def _manifest_key(dataset: str, load_id: str) -> str:
    return f"{_folder(dataset)}/manifests/{load_id}.json"
