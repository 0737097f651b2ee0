"""Spark as an engine: packs of items become jobs of one task each, and their answers come back pickled.

A job a pack, and not a task a pack of one great job: its failure concerns its own items, its answer is here as soon as
it is ready, and few items are taken ahead of those that were given back. A job costs Spark 0.15 s, so items that take
less than that travel together. Where a pack is lost, its items are tried again one by one, and the one that ends its
workers each time is a ``LostItem``.
"""

import functools
import pickle
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Final

from twiceshy import VERSION
from twiceshy.base.errors import ToolMissing, TwiceshyError
from twiceshy.base.spread import FailedItem, LostItem
from twiceshy_fleet.cluster.spark_faults import ENDED, explain_job, explain_loss
from twiceshy_fleet.cluster.spark_session import open_session
from twiceshy_fleet.cluster.spark_tasks import COLUMNS, PackAnswer, answer_packs
from twiceshy_fleet.cluster.work_engine import EngineWish, Item, Result, State, WorkEngine

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SCHEMA: Final = f"{COLUMNS[0]} long, {COLUMNS[1]} binary"
_MOST_JOBS: Final = 512  # at once; guess, 2026-11-23: each waits in a thread here and one in the JVM
_CANCEL_S: Final = 1.0  # guess, 2026-11-23: a job that began just after the others were cancelled is cancelled then
_PACK_S: Final = 3.0  # guess, 2026-11-23: twenty times what a task costs
_MOST_IN_PACK: Final = 200  # guess, 2026-11-23: so many are tried one by one when one of them is lost


@contextmanager
def open_spark(wish: EngineWish) -> Iterator[WorkEngine]:
    """Start Spark and give the engine; end it.

    Raises:
        ToolMissing: the extra or Java is missing or too old.
        UsageError: Spark does not start with these settings.
    """
    with open_session(wish) as session:
        yield _SparkEngine(session, wish).work


class _SparkEngine:
    """One session of Spark, and how long its items take."""

    def __init__(self, session: "SparkSession", wish: EngineWish) -> None:
        self.session = session
        self.wish = wish
        self.numbers = count()
        self.closing = threading.Event()

    def work(
        self, function: Callable[[State, Item], Result], items: Iterable[Item], *, setup: Callable[[], State]
    ) -> Iterator[Result | FailedItem[Item] | LostItem[Item]]:
        """Yield the answers in order; cancel what is under way when it ends, however it ends."""
        greeting = pickle.dumps((function, setup))
        task = functools.partial(answer_packs, greeting=greeting, limits=self.wish.limits, version=VERSION)
        under_way: deque[Future[tuple[Any, ...]]] = deque()
        pace = _Pace()
        source = iter(items)
        pool = ThreadPoolExecutor(_MOST_JOBS, thread_name_prefix="spark-job")
        try:
            while pack := tuple(islice(source, pace.items)):
                under_way.append(pool.submit(self._answer, task, pack, pace))
                while len(under_way) > self._count_ahead():
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        finally:
            self._end_jobs(pool, under_way)

    def _end_jobs(self, pool: ThreadPoolExecutor, under_way: Iterable[Future[tuple[Any, ...]]]) -> None:
        """End what is under way, and wait for that; nothing is tried again meanwhile."""
        pool.shutdown(wait=False, cancel_futures=True)
        self.closing.set()
        while wait(under_way, timeout=0).not_done:
            with suppress(Exception):  # the JVM may be gone
                self.session.sparkContext.cancelAllJobs()
            wait(under_way, timeout=_CANCEL_S)
        self.closing.clear()

    def _count_ahead(self) -> int:
        """Return how many jobs there may be at once: twice the cluster's cores, so that it sees what waits."""
        cores = self.wish.workers or int(self.session.sparkContext.defaultParallelism)
        return min(_MOST_JOBS, 2 * cores)

    def _answer(self, task: Callable[..., Any], pack: tuple[Item, ...], pace: "_Pace") -> tuple[Any, ...]:
        """Return one answer an item; run in a thread.

        Raises:
            Exception: what concerns more than these items.
        """
        started = time.monotonic()
        try:
            answer = self._run_job(task, pickle.dumps(pack))
        except _JobLost as loss:
            if len(pack) > 1 and not self.closing.is_set():
                return tuple(answer for item in pack for answer in self._answer(task, (item,), pace))
            return tuple(LostItem(item=item, reason=str(loss)) for item in pack)
        if answer.version != VERSION:
            raise ToolMissing(
                f"the executors have twiceshy {answer.version} and this is {VERSION}: their rows would differ. Give "
                "them the same."
            )
        if answer.error is not None:
            raise answer.error
        pace.learn(time.monotonic() - started, len(pack))
        return answer.answers

    def _run_job(self, task: Callable[..., Any], payload: bytes) -> PackAnswer:
        """Run a job of one task, and return what it answered.

        Raises:
            _JobLost: its workers ended, as often as Spark tries.
            TwiceshyError: no job can be run.
        """
        import pyarrow as pa  # noqa: PLC0415  # an extra
        from py4j.protocol import Py4JError  # noqa: PLC0415  # an extra
        from pyspark.errors import PySparkException  # noqa: PLC0415  # an extra

        number = next(self.numbers)
        table = pa.table([pa.array([number], pa.int64()), pa.array([payload], pa.binary())], names=list(COLUMNS))
        try:
            frame = self.session.createDataFrame(table)
            rows = frame.mapInArrow(task, _SCHEMA).collect()
        except (PySparkException, Py4JError) as exc:
            fault = explain_job(str(exc))
            if fault is not None:
                raise fault from exc
            raise _JobLost(explain_loss(str(exc))) from exc
        except (OSError, EOFError) as exc:
            raise TwiceshyError(ENDED) from exc
        ((answered, answer),) = rows
        if answered != number:
            raise _JobLost("Spark gave another job's answer")
        loaded: PackAnswer = pickle.loads(answer)  # noqa: S301  # from our own worker
        return loaded


class _JobLost(Exception):  # noqa: N818  # a state of the world, as in twiceshy.base.errors
    """A job ended without an answer, for a reason of its own."""


class _Pace:
    """How many items a pack has: so many that it takes a few seconds."""

    def __init__(self) -> None:
        self.items = 1
        self._lock = threading.Lock()

    def learn(self, seconds: float, items: int) -> None:
        """Fit the size of the coming packs to one that was answered."""
        wanted = int(_PACK_S * items / max(seconds, 0.001))
        with self._lock:
            self.items = max(1, min(_MOST_IN_PACK, wanted, 2 * self.items))
