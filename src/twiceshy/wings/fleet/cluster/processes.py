"""This machine as an engine: worker processes, even where one suffices, so that no item can end the run."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from twiceshy.base.spread import FailedItem, LostItem, spread_apart
from twiceshy.wings.fleet.cluster.work_engine import EngineWish, Item, Result, State, WorkEngine


@contextmanager
def open_processes(wish: EngineWish) -> Iterator[WorkEngine]:
    """Give the engine; its workers live as long as what it yields is asked for."""
    processes = wish.workers or os.cpu_count() or 1

    def work(
        function: Callable[[State, Item], Result], items: Iterable[Item], *, setup: Callable[[], State]
    ) -> Iterator[Result | FailedItem[Item] | LostItem[Item]]:
        return spread_apart(function, items, setup=setup, processes=processes, limits=wish.limits)

    yield work
