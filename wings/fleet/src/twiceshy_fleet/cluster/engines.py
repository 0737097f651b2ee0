"""Which engines there are; only this room knows how any of them works."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from twiceshy.base.errors import UsageError
from twiceshy.base.spread import FailedItem, LostItem, spread_apart
from twiceshy_fleet.cluster.spark import open_spark
from twiceshy_fleet.cluster.work_engine import EngineWish, Item, Result, State, WorkEngine

# This machine as an engine: worker processes, even where one suffices, so that no item can end the run.


@contextmanager
def open_processes(wish: EngineWish) -> Iterator[WorkEngine]:
    """Give the engine; its workers live as long as what it yields is asked for."""
    processes = wish.workers or os.cpu_count() or 1

    def work(
        function: Callable[[State, Item], Result], items: Iterable[Item], *, setup: Callable[[], State]
    ) -> Iterator[Result | FailedItem[Item] | LostItem[Item]]:
        return spread_apart(function, items, setup=setup, processes=processes, limits=wish.limits)

    yield work


ENGINES: Final[Mapping[str, Callable[[EngineWish], AbstractContextManager[WorkEngine]]]] = {
    "processes": open_processes,
    "spark": open_spark,
}


def open_engine(name: str, wish: EngineWish) -> AbstractContextManager[WorkEngine]:
    """Open an engine; leaving its context ends it and whatever it started.

    Raises:
        UsageError: there is none of that name, or the wish cannot be met.
        ToolMissing: what it needs is not installed, here or on the cluster.
    """
    try:
        opener = ENGINES[name]
    except KeyError:
        raise UsageError(f"there is no engine {name!r}; there are: {', '.join(ENGINES)}") from None
    return opener(wish)
