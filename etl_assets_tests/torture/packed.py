"""Compressed bytes for tests: gzip, and frames of zstd with a check sum, as the program ``zstd`` writes them."""

import gzip
from typing import Final

import pyarrow as pa

_MASK: Final = (1 << 64) - 1
_P1: Final = 11400714785074694791
_P2: Final = 14029467366897019727
_P3: Final = 1609587929392839161
_P4: Final = 9650029242287828579
_P5: Final = 2870177450012600261
_LONG: Final = 1_000_000
_CHECKSUM_FLAG: Final = 4
_HEADER: Final = 4
_STRIPE: Final = 32


def gzipped(content: bytes) -> bytes:
    """One member."""
    return gzip.compress(content, mtime=0)


def zstd(content: bytes) -> bytes:
    """One frame; the codec at hand writes no check sum, so it is put in here, unless that takes long."""
    frame = bytes(pa.Codec("zstd").compress(content, asbytes=True))
    if len(content) > _LONG:
        return frame
    flags = bytes([frame[_HEADER] | _CHECKSUM_FLAG])
    return frame[:_HEADER] + flags + frame[_HEADER + 1 :] + (xxh64(content) & 0xFFFFFFFF).to_bytes(4, "little")


def _rotated(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (64 - bits))) & _MASK


def _round(total: int, lane: int) -> int:
    return _rotated((total + lane * _P2) & _MASK, 31) * _P1 & _MASK


def xxh64(content: bytes) -> int:
    """The sum that zstd's frames have, by its specification, with the seed 0."""
    at, total = 0, _P5
    if len(content) >= _STRIPE:
        sums = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        while at + _STRIPE <= len(content):
            lanes = [int.from_bytes(content[at + 8 * n : at + 8 * n + 8], "little") for n in range(4)]
            sums = [_round(each, lane) for each, lane in zip(sums, lanes, strict=True)]
            at += _STRIPE
        total = sum(_rotated(each, bits) for each, bits in zip(sums, (1, 7, 12, 18), strict=True)) & _MASK
        for each in sums:
            total = ((total ^ _round(0, each)) * _P1 + _P4) & _MASK
    return _finished((total + len(content)) & _MASK, content[at:])


def _finished(total: int, rest: bytes) -> int:
    while len(rest) >= 8:
        total = (_rotated(total ^ _round(0, int.from_bytes(rest[:8], "little")), 27) * _P1 + _P4) & _MASK
        rest = rest[8:]
    if len(rest) >= 4:
        total = (_rotated(total ^ (int.from_bytes(rest[:4], "little") * _P1 & _MASK), 23) * _P2 + _P3) & _MASK
        rest = rest[4:]
    for each in rest:
        total = _rotated(total ^ (each * _P5 & _MASK), 11) * _P1 & _MASK
    for bits, factor in ((33, _P2), (29, _P3)):
        total = (total ^ (total >> bits)) * factor & _MASK
    return total ^ (total >> 32)
