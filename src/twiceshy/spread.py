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
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO, Any, Final, Generic, TypeVar

from twiceshy.errors import TwiceshyError

State = TypeVar("State")
Item = TypeVar("Item")
Result = TypeVar("Result")

_MAX_LOSSES: Final = 2  # guess, 2026-11-21: once may be the machine's memory, twice is the item
_WAIT_S: Final = 0.5  # on Windows a wait cannot be interrupted: so long Ctrl-C may take there (guess, 2026-11-21)
_BOOT: Final = "import sys; sys.path[:] = sys.argv[1:]; from twiceshy.spread import serve; serve()"


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
    """How the last one ended: ``killed by signal 9``, ``exit status 1``."""


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

    def __init__(self, function: Callable[[State, Item], Result], setup: Callable[[], State], processes: int) -> None:
        self.greeting = _encode_frame(pickle.dumps((function, setup)))
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
                if losses >= _MAX_LOSSES or self.closing:
                    job.error = None if loss.was_ready else _build_start_error(loss)
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
                raise _WorkerLost(0, was_ready=True)
            process = subprocess.Popen(  # noqa: S603  # this interpreter, a literal program
                [sys.executable, "-P", "-c", _BOOT, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
            self.alive.add(process)
        return _Worker(process, self.greeting)

    def forget(self, worker: "_Worker | None") -> None:
        """Forget a worker that has ended, as nothing is left to kill."""
        if worker is not None:
            with self.lock:
                self.alive.discard(worker.process)


class _WorkerLost(Exception):  # noqa: N818  # a state of the world, as in twiceshy.errors
    """A worker ended before it answered."""

    def __init__(self, status: int, *, was_ready: bool) -> None:
        super().__init__(f"killed by signal {-status}" if status < 0 else f"exit status {status}")
        self.was_ready = was_ready


class _Worker:
    """The parent's end of one worker process."""

    def __init__(self, process: subprocess.Popen[bytes], greeting: bytes) -> None:
        if process.stdin is None or process.stdout is None:
            raise TypeError("a worker needs both pipes")
        self.process = process
        self.questions = process.stdin
        self.answers = process.stdout
        self.greeting = greeting
        self.ready = False

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
                worked, error = pickle.loads(_read_frame(self.answers))  # noqa: S301  # from our own child
                if not worked:
                    raise error
                self.ready = True
            self.questions.write(_encode_frame(item))
            self.questions.flush()
            return _read_frame(self.answers)
        except (EOFError, BrokenPipeError, ConnectionError) as error:
            raise _WorkerLost(self.end(), was_ready=self.ready) from error

    def end(self) -> int:
        """Close its pipes, wait for it, and return its exit status."""
        for pipe in (self.questions, self.answers):
            with contextlib.suppress(OSError):  # what could not be sent is of no use any more
                pipe.close()
        return self.process.wait()


def _build_start_error(loss: _WorkerLost) -> TwiceshyError:
    return TwiceshyError(
        f"worker processes end before they are ready ({loss}); set ingest.processes to 1 to do without"
    )


def _encode_frame(payload: bytes) -> bytes:
    return len(payload).to_bytes(8, "little") + payload


def _read_frame(stream: IO[bytes]) -> bytes:
    head = stream.read(8)
    size = int.from_bytes(head, "little")
    payload = stream.read(size)
    if len(head) < 8 or len(payload) < size:
        raise EOFError
    return payload


def serve() -> None:
    """Set up once, answer each item, and leave at the end of the questions.

    This is a worker's whole life; called in the child only.
    """
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints in a worker must not get between the answers
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123  # a worker imports only what it needs
        os.dup2(nothing.fileno(), 0)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionError):
        state: Any = None
        function: Any = None
        try:
            function, setup = pickle.loads(_read_frame(questions))  # noqa: S301  # from our own parent
            state = setup()
        except EOFError:
            raise
        except Exception as error:  # noqa: BLE001  # the parent raises it
            _send(answers, worked=False, value=error)
            os._exit(0)
        _send(answers, worked=True, value=None)
        while True:
            item = _read_frame(questions)
            try:
                worked, value = True, function(state, pickle.loads(item))  # noqa: S301  # from our own parent
            except Exception as error:  # noqa: BLE001  # any fault of one item is the answer for that item
                worked, value = False, error
            _send(answers, worked=worked, value=value)
            del value
    os._exit(0)  # a worker has nothing to clean up: skip the interpreter's own tidying


def _send(answers: IO[bytes], *, worked: bool, value: Any) -> None:
    """Send an answer; what cannot be pickled is answered as the error that says so."""
    if isinstance(value, Exception) and not worked:
        value.add_note("in a worker process:\n" + "".join(traceback.format_exception(value)))
    try:
        payload = pickle.dumps((worked, value), protocol=pickle.HIGHEST_PROTOCOL)
        if not worked:
            pickle.loads(payload)  # noqa: S301  # our own; some errors can be pickled but not read back
    except Exception as error:  # noqa: BLE001  # pickling runs foreign code
        failed = RuntimeError(f"{value!r}" if not worked else f"the result cannot be pickled: {error}")
        payload = pickle.dumps((False, failed))
    answers.write(_encode_frame(payload))
    answers.flush()
