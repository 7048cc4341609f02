"""Objects into a bucket: once where that matters, whole in any case, and sure of it whatever became of the reply."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import uuid4

from etl_assets import aws
from etl_assets.bucket import AT_ONCE, ATTEMPTS, PART_BYTES, SHA256, WRITER, Bucket, Found, ObjectGone, wait
from etl_assets.errors import EtlError

_CONFLICT: Final = frozenset({"409", "ConditionalRequestConflict", "OperationAborted"})


class Uploads:
    """What is put into a bucket.

    Args:
        bucket: The bucket.
    """

    def __init__(self, bucket: Bucket) -> None:
        """Nothing is put yet."""
        self._bucket = bucket

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """Store the bytes unless the key is taken; says whether they were stored.

        A reply may be lost, so who finds the key taken looks whose it is.
        """
        writer = uuid4().hex
        told = {SHA256: sha256(data).hexdigest(), WRITER: writer}
        for attempt in range(ATTEMPTS):
            try:
                self._put(key, data, told, IfNoneMatch="*")
            except ObjectGone:
                return self._has_put(key, writer)
            except EtlError as error:
                if self._has_put(key, writer):
                    return True
                is_conflict = error.__cause__ is not None and aws.code_of(error.__cause__) in _CONFLICT
                if not is_conflict or attempt == ATTEMPTS - 1:
                    raise
                wait(attempt)
            else:
                return True
        return False

    def upload(self, path: Path, key: str, sha256_hex: str, told: Mapping[str, str] | None = None) -> Found:
        """Store a file, in the place of what may be there; in parts when it is large.

        The parts of an upload that fails are taken back. That it succeeded is believed when the object is there.

        Args:
            path: The file.
            key: Where it goes.
            sha256_hex: Of its bytes.
            told: What else is said of it.
        """
        size, said = path.stat().st_size, {**(told or {}), SHA256: sha256_hex}
        failure: Exception | None = None
        try:
            if size <= PART_BYTES:
                self._put(key, path.read_bytes(), said)
            else:
                self._put_in_parts(path, key, said)
        except (EtlError, ObjectGone) as error:
            failure = error
        found = self._bucket.find(key)
        if found and (found.size, found.sha256) == (size, sha256_hex):
            return found
        if isinstance(failure, EtlError):
            raise failure
        message = f"{self._bucket.uri}/{key} was uploaded and is not there."
        raise self._bucket.raised(message, mend="Run it again; if it stays so, ask whoever runs the server.")

    def abort(self, *, older_than: timedelta, is_ours: Callable[[str], bool]) -> int:
        """Take back uploads in parts that nobody has ended for so long; says how many.

        Args:
            older_than: How long.
            is_ours: Whether a key is one that we write: others may put objects below the prefix too.
        """
        bucket, horizon, count = self._bucket, datetime.now(UTC) - older_than, 0
        with aws.speaking(bucket.uri, bucket.raised):
            pages = bucket.client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=bucket.name, Prefix=bucket.prefix):
                for upload in page.get("Uploads", ()):
                    if upload["Initiated"] < horizon and is_ours(upload["Key"][len(bucket.prefix) :]):
                        named = {"Key": upload["Key"], "UploadId": upload["UploadId"]}
                        bucket.client.abort_multipart_upload(Bucket=bucket.name, **named)
                        count += 1
        return count

    def _put(self, key: str, data: bytes, told: dict[str, str], **condition: str) -> None:
        """Put bytes; the server refuses those that have not the hash that was made when they were written."""
        bucket = self._bucket
        named = {"Bucket": bucket.name, "Key": bucket.key_of(key)}
        summed = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": b64encode(bytes.fromhex(told[SHA256])).decode()}
        with bucket.telling():
            reply = bucket.client.put_object(**named, Body=data, Metadata=told, **summed, **condition)
        if not reply.get("ETag"):
            bucket.refuse_odd("what was put has no ETag")

    def _put_in_parts(self, path: Path, key: str, told: dict[str, str]) -> None:
        from boto3.s3.transfer import TransferConfig

        bucket = self._bucket
        config = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=AT_ONCE)
        with bucket.telling():
            bucket.client.upload_file(
                str(path), bucket.name, bucket.key_of(key), ExtraArgs={"Metadata": told}, Config=config
            )

    def _has_put(self, key: str, writer: str) -> bool:
        found = self._bucket.find(key)
        return found is not None and found.writer == writer
