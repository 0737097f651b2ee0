"""Run a function over many items, in one process or several, with the results in the items' order.

Workers are plain Python processes that talk in pickles over their own pipes, one item at a time. So it is always known
which item a lost worker had (a pool that shares one queue must blame all that were in flight), nothing of the parent's
main module is imported again, and no helper process or semaphore is needed. Each worker runs ``setup`` once, for what
is expensive to make (compiled matchers). At most ``2 * processes + 1`` items are taken and not yet given back, and
results stay pickled until they are asked for, so that memory stays low however slow the caller is.

Ctrl-C, an exception of the caller and ``close()`` of the iterator end the workers at once; workers never see the
terminal's Ctrl-C; when the parent is killed they end by themselves at their pipe's end.

A worker costs 31 ms of CPU before its first item, beside what ``function`` and ``setup`` import and make; a spawned
``ProcessPoolExecutor`` 44 (2 workers, 8 empty items, CPython 3.11, Linux). With ``processes=1`` nothing is started.

``spread_apart`` is for work that nobody can vouch for, hours of it: even one process is a process of its own, an item
may be given limits, and what a worker writes into the system's temporary folder is removed with it, however it ended.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, Generic, NamedTuple, TypeVar

from twiceshy.base.errors import TwiceshyError
from twiceshy.base.worker_process import encode_frame, read_frame

State = TypeVar("State")
Item = TypeVar("Item")
Result = TypeVar("Result")

_MAX_LOSSES: Final = 2  # guess, 2026-11-21: once may be the machine's memory, twice is the item
_WAIT_S: Final = 0.5  # on Windows a wait cannot be interrupted: so long Ctrl-C may take there (guess, 2026-11-21)
_WATCH_S: Final = 0.2  # guess, 2026-11-23: what grows by 1 GB/s is 200 MB above its limit when it is seen
_BOOT: Final = "import sys; sys.path[:] = sys.argv[1:]; from twiceshy.base.worker_process import serve; serve()"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedItem(Generic[Item]):
    """An item for which the function raised."""

    item: Item
    error: Exception
    """As it was raised; from a worker, the traceback is one of its notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostItem(Generic[Item]):
    """An item whose worker ended without an answer, ``_MAX_LOSSES`` times."""

    item: Item
    reason: str
    """How the last one ended: ``killed by signal 9``, ``exit status 1``, ``took longer than 60 s``."""


class ItemLimits(NamedTuple):
    """What one item may take of its process; 0 is no limit. An item that takes more is lost at once."""

    wall_s: float = 0
    cpu_s: float = 0
    """Of the process itself, not of the programs that it runs; not on Windows."""
    memory_mb: int = 0
    """10**6 bytes that no file stands for, of the process itself; on Linux."""


NO_LIMITS: Final = ItemLimits()


def spread(
    function: Callable[[State, Item], Result],
    items: Iterable[Item],
    *,
    setup: Callable[[], State],
    processes: int,
) -> Iterator[Result | FailedItem[Item] | LostItem[Item]]:
    """Yield ``function(setup(), item)`` for each item, in order.

    In the place of an item without result stands a ``FailedItem`` or a ``LostItem``. ``items`` is drawn from in the
    caller's thread, a few ahead of what was given back. With more than one process, function, setup, items and results
    must be picklable and importable (``functools.partial`` of a module's function gives a setup its arguments); an item
    may run twice when its worker was lost.

    Raises:
        Exception: whatever ``setup`` raises.
        TwiceshyError: workers end before they are ready.
    """
    if processes <= 1:
        return _run_inline(function, items, setup)
    return _Workers(function, setup, processes).map_items(items)


def spread_apart(
    function: Callable[[State, Item], Result],
    items: Iterable[Item],
    *,
    setup: Callable[[], State],
    processes: int = 1,
    limits: ItemLimits = NO_LIMITS,
) -> Iterator[Result | FailedItem[Item] | LostItem[Item]]:
    """Yield what ``spread`` does, by processes of their own even where one suffices.

    So an item that kills its process, hangs or fills the memory is a ``LostItem``. Each worker has a temporary folder
    of its own, which is removed with it; it ends within a second of its parent, writes no core file, and hears no
    terminal's end.

    Raises:
        Exception: whatever ``setup`` raises.
        TwiceshyError: workers end before they are ready.
    """
    return _Workers(function, setup, processes, _Terms(limits)).map_items(items)


class ApartProcess(Generic[State, Item, Result]):
    """One process as ``spread_apart`` has it, for a caller whose items come at different times."""

    def __init__(
        self,
        function: Callable[[State, Item], Result],
        setup: Callable[[], State],
        limits: ItemLimits = NO_LIMITS,
        *,
        scratch: str | None = None,
        quiet: bool = False,
    ) -> None:
        """Start nothing yet; ``scratch`` is where its temporary folder is made, ``quiet`` drops what it says."""
        self._workers = _Workers(function, setup, 1, _Terms(limits, scratch, quiet=quiet))

    def answer(self, item: Item) -> Result | FailedItem[Item] | LostItem[Item]:
        """Return ``function(setup(), item)``, or what stands in its place; raises as ``spread`` does."""
        return self._workers.answer(item)

    def close(self) -> None:
        """End it."""
        self._workers.close(at_once=True)


class _Terms(NamedTuple):
    """How a worker lives apart."""

    limits: ItemLimits
    scratch: str | None = None
    quiet: bool = False


def _run_inline(
    function: Callable[[State, Item], Result], items: Iterable[Item], setup: Callable[[], State]
) -> Iterator[Result | FailedItem[Item]]:
    state = setup()
    for item in items:
        try:
            result: Result | FailedItem[Item] = function(state, item)
        except Exception as error:  # noqa: BLE001  # any fault of one item is the answer for that item
            result = FailedItem(item=item, error=error)
        yield result


class _Job(Generic[Item]):
    """An item on its way, and its answer once ``done``: (worked, pickled result), how it was lost, or an error."""

    __slots__ = ("answer", "done", "error", "item", "lost")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.done = threading.Event()
        self.answer: bytes | None = None
        self.lost: str | None = None
        self.error: Exception | None = None

    def wait_for_result(self) -> Any:
        """Wait for the answer and return it; raise what concerns more than this item."""
        while not self.done.wait(_WAIT_S):
            pass
        if self.error is not None:
            raise self.error
        if self.answer is None:
            return LostItem(item=self.item, reason=self.lost or "")
        worked, value = pickle.loads(self.answer)  # noqa: S301  # from our own child
        return value if worked else FailedItem(item=self.item, error=value)


class _Workers(Generic[State, Item, Result]):
    """Up to ``processes`` workers, each driven by one thread that sends an item and waits for its answer."""

    def __init__(
        self,
        function: Callable[[State, Item], Result],
        setup: Callable[[], State],
        processes: int,
        terms: _Terms | None = None,
    ) -> None:
        self.greeting = encode_frame(pickle.dumps((function, setup)))
        self.terms = terms
        self.processes = processes
        self.jobs: SimpleQueue[_Job[Item] | None] = SimpleQueue()
        self.threads: list[threading.Thread] = []
        self.alive: set[subprocess.Popen[bytes]] = set()
        self.closing = False
        self.lock = threading.Lock()

    def map_items(self, items: Iterable[Item]) -> Iterator[Result | FailedItem[Item] | LostItem[Item]]:
        """Yield the answers in order; end the workers when it ends, however it ends."""
        under_way: deque[_Job[Item]] = deque()
        try:
            for item in items:
                job = _Job(item)
                under_way.append(job)
                self.jobs.put(job)
                self.add_thread()
                if len(under_way) > 2 * self.processes:
                    yield under_way.popleft().wait_for_result()
            while under_way:
                yield under_way.popleft().wait_for_result()
        finally:
            self.close(at_once=bool(under_way))

    def answer(self, item: Item) -> Result | FailedItem[Item] | LostItem[Item]:
        """Return the answer to one item."""
        job = _Job(item)
        self.jobs.put(job)
        self.add_thread()
        answer: Result | FailedItem[Item] | LostItem[Item] = job.wait_for_result()
        return answer

    def add_thread(self) -> None:
        """Add one more worker, as long as there may be more."""
        if len(self.threads) < self.processes:
            thread = threading.Thread(target=self.drive, daemon=True)
            self.threads.append(thread)
            thread.start()

    def close(self, *, at_once: bool) -> None:
        """End the threads and their workers: idle ones by their pipe's end, working ones by force."""
        with self.lock:
            self.closing = True
            if at_once:
                for worker in self.alive:
                    worker.kill()
        for _ in self.threads:
            self.jobs.put(None)
        for thread in self.threads:
            thread.join()

    def drive(self) -> None:
        """Run in a thread: take jobs until None comes, by one worker; replace it when it is lost."""
        if hasattr(signal, "pthread_sigmask"):  # inherited by the workers: Ctrl-C is the parent's business
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        worker: _Worker | None = None
        while (job := self.jobs.get()) is not None:
            worker = self.do(job, worker)
        if worker is not None:
            worker.end()
            self.forget(worker)

    def do(self, job: "_Job[Item]", worker: "_Worker | None") -> "_Worker | None":
        """Have the worker, or a new one, answer the job; return the worker that is left."""
        losses = 0
        while not job.done.is_set():
            try:
                worker = worker or self.start()
                job.answer = worker.ask(pickle.dumps(job.item))
            except _WorkerLost as loss:
                losses += 1
                job.lost = str(loss)
                if losses >= _MAX_LOSSES or loss.is_final or self.closing:
                    job.error = None if loss.was_ready else _build_start_error(loss, self.terms)
                    job.done.set()
                self.forget(worker)
                worker = None
            except Exception as error:  # noqa: BLE001  # raised again where the answer is taken
                job.error = error
                job.done.set()
            else:
                job.done.set()
        return worker

    def start(self) -> "_Worker":
        """Start a worker, which has yet to say that it is ready."""
        with self.lock:
            if self.closing:
                raise _WorkerLost("closed", was_ready=True)
            folder = self.terms and _make_folder(self.terms.scratch)
            process = subprocess.Popen(  # noqa: S603  # this interpreter, a literal program
                [sys.executable, "-P", "-c", _BOOT, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if self.terms and self.terms.quiet else None,
                env={**os.environ, "TMPDIR": folder} if folder else None,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
            self.alive.add(process)
        limits = self.terms.limits if self.terms else NO_LIMITS
        life = pickle.dumps(folder and (folder, limits.cpu_s))
        return _Worker(process, encode_frame(life) + self.greeting, limits, folder)

    def forget(self, worker: "_Worker | None") -> None:
        """Forget a worker that has ended, as nothing is left to kill."""
        if worker is not None:
            with self.lock:
                self.alive.discard(worker.process)


class _WorkerLost(Exception):  # noqa: N818  # a state of the world, as in twiceshy.base.errors
    """A worker ended before it answered."""

    def __init__(self, how: str, *, was_ready: bool, is_final: bool = False) -> None:
        super().__init__(how)
        self.was_ready = was_ready
        self.is_final = is_final


class _Worker:
    """The parent's end of one worker process."""

    def __init__(
        self, process: subprocess.Popen[bytes], greeting: bytes, limits: ItemLimits, folder: str | None
    ) -> None:
        if process.stdin is None or process.stdout is None:
            raise TypeError("a worker needs both pipes")
        self.process = process
        self.questions = process.stdin
        self.answers = process.stdout
        self.greeting = greeting
        self.limits = limits
        self.folder = folder
        self.ready = False
        self.exceeded = ""

    def ask(self, item: bytes) -> bytes:
        """Return the pickled answer to a pickled item.

        Raises:
            _WorkerLost: it ended first.
            Exception: what its set-up raised.
        """
        try:
            if not self.ready:
                self.questions.write(self.greeting)
                self.questions.flush()
                worked, error = pickle.loads(read_frame(self.answers))  # noqa: S301  # from our own child
                if not worked:
                    raise error
                self.ready = True
            with self.watch():
                self.questions.write(encode_frame(item))
                self.questions.flush()
                return read_frame(self.answers)
        except (EOFError, BrokenPipeError, ConnectionError) as error:
            status = self.end()
            how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
            if self.limits.cpu_s and status == -getattr(signal, "SIGXCPU", 0):
                self.exceeded = f"used more than {self.limits.cpu_s:g} s of processor time"
            raise _WorkerLost(self.exceeded or how, was_ready=self.ready, is_final=bool(self.exceeded)) from error

    @contextlib.contextmanager
    def watch(self) -> Iterator[None]:
        """Kill the process when its item takes longer, or more memory, than it may."""
        if not (self.limits.wall_s or self.limits.memory_mb):
            yield
            return
        answered = threading.Event()
        thread = threading.Thread(target=self.hold_limits, args=(answered,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            answered.set()
            thread.join()

    def hold_limits(self, answered: threading.Event) -> None:
        """Run in a thread until the item is answered."""
        wall_s, _, memory_mb = self.limits
        started = time.monotonic()
        while not answered.wait(_WATCH_S):
            if wall_s and time.monotonic() - started > wall_s:
                self.exceeded = f"took longer than {wall_s:g} s"
            elif memory_mb and _read_memory(self.process.pid) > memory_mb * 1_000_000:
                self.exceeded = f"used more than {memory_mb} MB of memory"
            if self.exceeded:
                self.process.kill()
                return

    def end(self) -> int:
        """Close its pipes, wait for it, remove its temporary folder, and return its exit status."""
        for pipe in (self.questions, self.answers):
            with contextlib.suppress(OSError):  # what could not be sent is of no use any more
                pipe.close()
        status = self.process.wait()
        if self.folder:
            import shutil  # noqa: PLC0415  # only for workers that live apart

            shutil.rmtree(self.folder, ignore_errors=True)
        return status


def _make_folder(parent: str | None) -> str:
    import tempfile  # noqa: PLC0415  # only for workers that live apart

    return tempfile.mkdtemp(prefix="twiceshy-", dir=parent)


def _read_memory(pid: int) -> int:
    """Return the bytes of a process that no file stands for; 0 where that cannot be known."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon:")), 0)


def _build_start_error(loss: _WorkerLost, terms: _Terms | None) -> TwiceshyError:
    what_helps = "is there enough memory and disk?" if terms else "set ingest.processes to 1 to do without"
    return TwiceshyError(f"worker processes end before they are ready ({loss}); {what_helps}")
