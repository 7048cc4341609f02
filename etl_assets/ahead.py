"""Making the next item while one is used."""

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final, TypeVar, cast

_Item = TypeVar("_Item")
_FEW: Final = 2
_END: Final = object()


def ahead(items: Iterable[_Item]) -> Generator[_Item]:
    """The items in their order, each made in another thread while the one before is used; the first two are not.

    What making one raises comes out where it would be given.

    Args:
        items: Must not mind in which thread it goes on; it is never in two at once.
    """
    made = iter(items)
    yield from islice(made, _FEW)
    with ThreadPoolExecutor(1) as maker:
        next_one = maker.submit(next, made, _END)
        while (found := next_one.result()) is not _END:
            next_one = maker.submit(next, made, _END)
            yield cast("_Item", found)
