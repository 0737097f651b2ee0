"""What an engine is: it has ``spread``'s contract, and what it needs of the wish is said when it is opened."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from twiceshy.base.spread import NO_LIMITS, FailedItem, ItemLimits, LostItem

State = TypeVar("State")
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineWish:
    """How an engine shall work."""

    workers: int = 0
    """0: as many as this machine has processors; on a cluster of others, as many as it gives."""
    master: str = ""
    """Spark's; empty: a cluster of ``workers`` executors on this machine."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Spark's, as its own documentation names them; never a secret."""
    limits: ItemLimits = NO_LIMITS


class WorkEngine(Protocol):
    """Yields ``function(setup(), item)`` for each item, in order.

    In the place of an item without result stands a ``FailedItem`` or, when it ended its process or its machine again
    and again, a ``LostItem``. Function, setup, items and results are picklable and importable by the workers; an item
    may be worked on twice, one after the other and seldom at once, so its function must be safe to repeat. ``setup``
    runs once a worker. Each unit has a temporary folder that is removed with its worker.
    """

    def __call__(
        self, function: Callable[[State, Item], Result], items: Iterable[Item], *, setup: Callable[[], State]
    ) -> Iterator[Result | FailedItem[Item] | LostItem[Item]]:
        """Draw from ``items`` as they are needed; raise whatever ``setup`` raises."""
        ...
