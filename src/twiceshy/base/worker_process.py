"""What a worker of ``spread`` does from its start to its end, in a process of its own.

Questions and answers are pickles, each behind its length, on the pipes that were stdin and stdout; whatever prints in a
worker goes to stderr. It imports as little as it can, as each worker pays for it.
"""

import contextlib
import os
import pickle
import signal
import threading
import time
import traceback
from typing import IO, Any, Final

_REMOVALS: Final = 20  # guess, 2026-11-23: each is as fast as the work that makes files anew is slow
_LOOK_S: Final = 0.5  # guess, 2026-11-23: so long a worker may outlive a parent that was killed


def encode_frame(payload: bytes) -> bytes:
    """Return the payload behind its length."""
    return len(payload).to_bytes(8, "little") + payload


def read_frame(stream: IO[bytes]) -> bytes:
    """Return the next payload.

    Raises:
        EOFError: there is no whole one.
    """
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
    life: tuple[str, float] | None = None
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionError):
        state: Any = None
        function: Any = None
        try:
            life = pickle.loads(read_frame(questions))  # noqa: S301  # from our own parent
            cpu_s = _live_apart(*life) if life else 0
            function, setup = pickle.loads(read_frame(questions))  # noqa: S301  # from our own parent
            state = setup()
        except EOFError:
            raise
        except Exception as error:  # noqa: BLE001  # the parent raises it
            _send(answers, worked=False, value=error)
            os._exit(0)
        _send(answers, worked=True, value=None)
        while True:
            item = read_frame(questions)
            if cpu_s:
                _limit_cpu(cpu_s)
            try:
                worked, value = True, function(state, pickle.loads(item))  # noqa: S301  # from our own parent
            except Exception as error:  # noqa: BLE001  # any fault of one item is the answer for that item
                worked, value = False, error
            _send(answers, worked=worked, value=value)
            del value
    if life:
        _remove(life[0])  # a parent that was killed does not
    os._exit(0)  # a worker has nothing to clean up: skip the interpreter's own tidying


def _live_apart(folder: str, cpu_s: float) -> float:
    """Have this worker end with its parent, whatever it is doing, and leave nothing behind; return its limit."""
    if hasattr(signal, "SIGHUP"):  # caught and not ignored, so that programs which it runs are not deaf to it
        signal.signal(signal.SIGHUP, lambda *_: None)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    threading.Thread(target=_leave_with, args=(os.getppid(), folder), daemon=True).start()
    return cpu_s


def _leave_with(parent: int, folder: str) -> None:
    """Run in a thread: once the parent is gone, remove the worker's temporary folder and end."""
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    _remove(folder)
    os._exit(1)


def _remove(folder: str) -> None:
    """Remove the worker's temporary folder, although its other thread may be writing there."""
    import shutil  # noqa: PLC0415  # only at the end

    for _ in range(_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return


def _limit_cpu(seconds: float) -> None:
    """Let the system end this process when the coming item takes more processor time."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415  # not on Windows

        most = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 1, most))


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
    answers.write(encode_frame(payload))
    answers.flush()
