"""Which engines there are; only this room knows how any of them works."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Final

from twiceshy.base.errors import UsageError
from twiceshy.wings.fleet.cluster.processes import open_processes
from twiceshy.wings.fleet.cluster.spark import open_spark
from twiceshy.wings.fleet.cluster.work_engine import EngineWish, WorkEngine

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
