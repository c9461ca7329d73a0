"""Working through many things some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in order as lists of `size`, the last one perhaps shorter."""
    remaining = iter(items)
    while some := list(islice(remaining, size)):
        yield some
