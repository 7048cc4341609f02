"""Objects below a prefix of a bucket of S3, or of a server that speaks as S3 does.

Whoever uses it sees no half-written object, none that is another than it asked for, and no success that was none.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import SystemRandom
from time import sleep
from typing import TYPE_CHECKING, Any, Final, NoReturn

from etl_assets import aws
from etl_assets.errors import EtlError
from etl_assets.urls import bucket_parts

if TYPE_CHECKING:
    from etl_assets.cache import Cache

PART_BYTES: Final = 8 * 1024 * 1024
"""What is larger goes up and comes down in parts of this size, several at once."""
AT_ONCE: Final = 8
_SMALL_AT_ONCE: Final = 16
ATTEMPTS: Final = 6
SHA256: Final = "etl-assets-sha256"
"""The name under which an object of ours says what its bytes' hash is."""
WRITER: Final = "etl-assets-writer"
"""The name under which it says who put it."""
_LONGEST_WAIT: Final = 20.0
_GONE: Final = frozenset({"404", "NoSuchKey", "NotFound", "412", "PreconditionFailed"})


class ObjectGone(Exception):
    """There is no such object, or it is another one by now."""


class _Broken(Exception):
    """A body that ended early, or is not the one that was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An object as it is now.

    Args:
        key: Below the prefix.
        size: In bytes.
        etag: What tells it from other objects of the key.
        modified_at: When it came, in UTC, to the second.
        storage_class: Empty where the server says nothing of it.
        is_restored: Whether it is archived, and can be read for now nevertheless.
        sha256: Of its bytes, where whoever put it said so and it was asked for.
        writer: Who put it, as above.
    """

    key: str
    size: int
    etag: str
    modified_at: datetime
    storage_class: str = ""
    is_restored: bool = False
    sha256: str = ""
    writer: str = ""


class Bucket:
    """What lies below a prefix.

    Args:
        url: ``s3://bucket/prefix``.
        cache: For copies of objects.
        raised: What a failure is told as.
        is_ours: Whether nobody else writes there, so that what an object says of its bytes is believed.
    """

    def __init__(self, url: str, cache: "Cache", *, raised: type[EtlError], is_ours: bool = False) -> None:
        """Nothing is asked yet."""
        self.uri = url
        self.name, self.prefix = bucket_parts(url)
        self.cache = cache
        self.raised = raised
        self._is_ours = is_ours
        self._told: dict[tuple[str, str], Mapping[str, str]] = {}
        self._hashes: dict[tuple[str, str], str] = {}

    @property
    def client(self) -> Any:  # noqa: ANN401 - as boto3's
        """The SDK's client."""
        return aws.client("s3")

    def objects(self, below: str = "") -> Iterator[Found]:
        """The objects below a folder of keys, in the order of their keys, a page at a time."""
        with aws.speaking(self.uri, self.raised):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.name, Prefix=self.key_of(below), OptionalObjectAttributes=["RestoreStatus"]
            )
            for page in pages:
                yield from (self._listed(one) for one in page.get("Contents", ()))

    def folders(self) -> tuple[list[str], list[Found]]:
        """What lies right below the prefix: the names of folders, and objects."""
        names, objects = list[str](), list[Found]()
        with aws.speaking(self.uri, self.raised):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.name, Prefix=self.prefix, Delimiter="/"
            )
            for page in pages:
                names += [one["Prefix"][len(self.prefix) :].rstrip("/") for one in page.get("CommonPrefixes", ())]
                objects += [self._listed(one) for one in page.get("Contents", ())]
        return names, objects

    def find(self, key: str) -> Found | None:
        """The object of a key; None when there is none."""
        try:
            with self.telling():
                found = self.client.head_object(Bucket=self.name, Key=self.key_of(key))
        except ObjectGone:
            return None
        if not found.get("ETag"):
            self.refuse_odd("an object has no ETag")
        said = found.get("Metadata", {})
        return Found(
            key=key,
            size=found["ContentLength"],
            etag=found["ETag"],
            modified_at=_second(found["LastModified"]),
            storage_class=found.get("StorageClass", ""),
            is_restored='ongoing-request="false"' in found.get("Restore", ""),
            sha256=said.get(SHA256, ""),
            writer=said.get(WRITER, ""),
        )

    def told_of(self, found: Found) -> Mapping[str, str]:
        """What whoever put an object says of it, in its ``x-amz-meta-`` headers.

        Raises:
            ObjectGone: When it is not there any more.
        """
        identity = found.key, found.etag
        if identity not in self._told:
            with self.telling():
                reply = self.client.head_object(Bucket=self.name, Key=self.key_of(found.key), IfMatch=found.etag)
            self._told[identity] = reply.get("Metadata", {})
        return self._told[identity]

    def sha256_of(self, found: Found) -> str:
        """The hash of an object's bytes as they came from the bucket: those of a copy may be damaged.

        They are read through and not kept, unless a copy of them was fetched here already.

        Raises:
            ObjectGone: When it is not there any more, or another one is.
        """
        if fetched := self._hashes.get((found.key, found.etag)):
            return fetched
        digest = sha256()
        for data, _ in self._ranges(found):
            digest.update(data)
        return digest.hexdigest()

    def copy_of(self, found: Found) -> Path:
        """Where the copy of an object is, once there is one."""
        return self.cache.place(self.name, self.prefix + found.key, found.etag, str(found.size))

    def fetch(self, found: Found) -> Path:
        """A file of this machine with the bytes of an object; of one of ours they are compared with their hash.

        Raises:
            ObjectGone: When it is not there any more, or another one is.
        """
        place = self.copy_of(found)
        if self.cache.has(place, found.size):
            return place
        with self.cache.incoming() as path:
            self._download(found, path)
            return self.cache.keep(path, place)

    def fetch_all(self, objects: Iterable[Found]) -> Iterator[Path | Exception]:
        """The same for many small ones, several at a time, in their order; what goes wrong stands in its place."""

        def one(found: Found) -> Path | Exception:
            try:
                return self.fetch(found)
            except (EtlError, ObjectGone) as error:
                return error

        with ThreadPoolExecutor(_SMALL_AT_ONCE) as pool:
            yield from pool.map(one, objects)

    def key_of(self, key: str) -> str:
        """The whole key of one below the prefix."""
        return f"{self.prefix}{key}"

    @contextmanager
    def telling(self) -> Generator[None]:
        """A stretch about one object.

        Raises:
            ObjectGone: When it is not there, or not as it must be.
        """
        try:
            with aws.speaking(self.uri, self.raised):
                yield
        except EtlError as error:
            if error.__cause__ and aws.code_of(error.__cause__) in _GONE:
                raise ObjectGone from error
            raise

    def refuse_odd(self, said: str) -> NoReturn:
        """Go no further where a server answers as S3 does not."""
        message = f"{self.uri} answers as S3 does not: {said}."
        raise self.raised(message, mend="Look what stands between: a proxy, a login page, another server.")

    def _listed(self, found: dict[str, Any]) -> Found:
        restored = found.get("RestoreStatus", {})
        return Found(
            key=found["Key"][len(self.prefix) :],
            size=found["Size"],
            etag=found["ETag"],
            modified_at=_second(found["LastModified"]),
            storage_class=found.get("StorageClass", ""),
            is_restored=bool(restored.get("RestoreExpiryDate")) and not restored.get("IsRestoreInProgress"),
        )

    def _download(self, found: Found, path: Path) -> None:
        digest, told = sha256(), found.sha256
        with self.cache.writing(), path.open("xb") as file:
            for data, sha256_hex in self._ranges(found):
                file.write(data)
                digest.update(data)
                told = told or sha256_hex
        if self._is_ours and told and digest.hexdigest() != told:
            message = f"{self.uri}/{found.key} has other bytes than were put: {digest.hexdigest()}."
            raise self.raised(message, mend="Put it back from a copy.")
        self._hashes[found.key, found.etag] = digest.hexdigest()

    def _ranges(self, found: Found) -> Iterator[tuple[bytes, str]]:
        """The bytes of an object in order, with the hash of all of them where it is told."""
        if found.size <= PART_BYTES:
            yield self._range(found, 0, found.size)
            return
        starts = range(0, found.size, PART_BYTES)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for some in (starts[at : at + AT_ONCE] for at in range(0, len(starts), AT_ONCE)):
                yield from pool.map(lambda start: self._range(found, start, PART_BYTES), some)

    def _range(self, found: Found, start: int, length: int) -> tuple[bytes, str]:
        """Some bytes of an object; when they do not come whole, they are asked for again."""
        wanted = min(length, found.size - start)
        for attempt in range(ATTEMPTS):
            try:
                return self._bytes(found, start, wanted)
            except _Broken:
                wait(attempt)
        message = f"{self.uri}/{found.key} does not come whole: the connection breaks again and again."
        raise self.raised(message, mend="Look at the network; what was done so far stands, so run it again.")

    def _bytes(self, found: Found, start: int, wanted: int) -> tuple[bytes, str]:
        part = {} if wanted == found.size else {"Range": f"bytes={start}-{start + wanted - 1}"}
        with self.telling():
            reply = self.client.get_object(Bucket=self.name, Key=self.key_of(found.key), IfMatch=found.etag, **part)
        try:
            data: bytes = reply["Body"].read()
        except aws.failures() as error:
            raise _Broken from error
        if len(data) != wanted or reply.get("ETag") != found.etag:
            raise _Broken
        self._told[found.key, found.etag] = reply.get("Metadata", {})
        return data, reply.get("Metadata", {}).get(SHA256, "")


def wait(attempt: int) -> None:
    """Wait longer each time, and each time by chance: many wait at once."""
    sleep(SystemRandom().uniform(0, min(2.0**attempt, _LONGEST_WAIT)))


def _second(at: datetime) -> datetime:
    """A time in UTC, without a zone; a list and a look at one object agree on the second only."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
