"""Random numbers that come out the same on every machine and with every version of numpy.

Only the raw stream of a bit generator is promised to stay, so everything else is derived from it here.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class Chance:
    """One stream of random numbers.

    Args:
        stream: What it is for; another stream, another sequence.
    """

    def __init__(self, *stream: int | str) -> None:
        self._bits = np.random.PCG64(
            [part if isinstance(part, int) else int.from_bytes(part.encode()) for part in stream]
        )

    def shares(self, *shape: int) -> Floats:
        """Numbers from 0 up to, not including, 1."""
        raw = np.asarray(self._bits.random_raw(int(np.prod(shape))), dtype=np.uint64)
        return ((raw >> np.uint64(11)).astype(np.float64) * 2.0**-53).reshape(shape)

    def below(self, limit: int, *shape: int) -> Integers:
        """Integers from 0 up to, not including, the limit."""
        return (self.shares(*shape) * limit).astype(np.int64)

    def order(self, *shape: int) -> Integers:
        """The integers from 0 in a random order; of more than one dimension, along the last."""
        return np.argsort(self.shares(*shape), axis=-1, kind="stable")

    def kinds(self, weights: Sequence[int], count: int) -> Integers:
        """Places in ``weights``, each as often as its weight says."""
        return np.searchsorted(np.cumsum(weights), self.below(sum(weights), count), side="right")

    def rounded(self, amount: float) -> int:
        """The amount as an integer that is right on average."""
        return int(amount + float(self.shares(1)[0]))
