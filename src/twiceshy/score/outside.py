"""Outside engines: a program that is given texts in a private folder, bounded in processor time, clock, memory.

What ends a program is the processor time it took, so that the same text has the same answer on a busy machine; the
clock is a net far below, for a program that waits for something that never comes. Where a program dies or overruns,
its texts are given to it again in halves, until the one that does it is alone and unknown.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from twiceshy.records.scores import Scan, Source
from twiceshy.score.base import unread

PREFIX = "twiceshy-scan-"
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a process may cost. All are guesses, far above what real files took (2026-11-21: at most 0.4 s)."""

    start_s: float = 20.0
    """Processor seconds of a process, beside its texts."""
    text_s: float = 3.0
    """Processor seconds of each text; a batch has the sum."""
    patience: float = 10.0
    """Seconds of the clock for each second above. Elsewhere than on Linux the clock is the only bound, and is 1."""
    memory_mb: int = 1500
    texts: int = 200
    """In one process."""
    characters: int = 8_000_000
    """In one process."""


def scans(
    sources: Sequence[Source], language: Callable[[str], bool], program: Path | None, limits: Limits,
    judged: Callable[[list[Source]], list[Scan]],
) -> list[Scan]:  # fmt: skip
    """One answer a text, in the same order; ``judged`` answers a batch of those that can be given to the program."""
    found: list[Scan | None] = []
    for source in sources:
        reason = unread(source) or ("" if language(source.path) else "language") or ("" if program else "missing")
        found.append(Scan(unknown=reason) if reason else None)
    for batch in batches([index for index, scan in enumerate(found) if scan is None], sources, limits):
        for index, scan in zip(batch, judged([sources[index] for index in batch]), strict=True):
            found[index] = scan
    return [scan or Scan(unknown="failed") for scan in found]


def batches(indexes: Sequence[int], sources: Sequence[Source], limits: Limits) -> Iterator[list[int]]:
    """The texts in groups that one process takes."""
    batch: list[int] = []
    size = 0
    for index in indexes:
        length = len(sources[index].text)
        if batch and (len(batch) >= limits.texts or size + length > limits.characters):
            yield batch
            batch, size = [], 0
        batch.append(index)
        size += length
    if batch:
        yield batch


def in_halves(
    sources: Sequence[Source],
    ask: Callable[[Sequence[Source]], Answer | str],
    say: Callable[[Source, int, Answer], Scan],
) -> list[Scan]:
    """The answers of one process, of which ``say`` tells a text's by its index; where it dies, of its halves."""
    answer = ask(sources)
    if not isinstance(answer, str):
        return [say(source, index, answer) for index, source in enumerate(sources)]
    if len(sources) == 1:
        return [Scan(unknown=answer)]
    middle = len(sources) // 2
    return in_halves(sources[:middle], ask, say) + in_halves(sources[middle:], ask, say)


def index_of(path: str) -> int:
    """Which text a made-up name stands for."""
    return int(PurePosixPath(path.replace("\\", "/")).stem)


def run(command: Sequence[str], folder: Path, texts: int, limits: Limits) -> bytes | str:
    """What the program said; a reason where it did not end well. It has no terminal, no settings and no net to call."""
    environment = {
        "HOME": str(folder), "TMPDIR": str(folder), "PATH": os.defpath, "LC_ALL": "C.UTF-8",
        "SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0",
    }  # fmt: skip
    if sys.platform == "win32":
        environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    seconds = limits.start_s + limits.text_s * texts
    before = spent_by_children()
    process = subprocess.Popen(  # noqa: S603  # the pinned program, by its full path
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder,
        env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        bounded = bound(process.pid, seconds, limits)
        output = process.communicate(timeout=seconds * (limits.patience if bounded else 1.0))[0]
    except subprocess.TimeoutExpired:
        return "timeout"
    finally:
        end(process)
    if sys.platform != "win32" and process.returncode == -signal.SIGKILL and spent_by_children() - before >= seconds:
        return "timeout"
    return output if process.returncode == 0 else "failed"


def spent_by_children() -> float:
    """Processor seconds of all children of ours that ended."""
    times = os.times()
    return times.children_user + times.children_system


def bound(pid: int, seconds: float, limits: Limits) -> bool:
    """Whether the system bounds the process: it ends by itself even when we are killed, and cannot eat all memory."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  # not on Windows

        most = limits.memory_mb * 4 << 20  # addresses, of which the engine reserves far more than it uses
        with suppress(OSError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_AS, (most, most))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
            # Both bounds are one, as the engine catches the softer one's signal and then waits for ever.
            resource.prlimit(pid, resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
            return True
    return False


def end(process: "subprocess.Popen[bytes]") -> None:
    """Nothing; the process and what it started are gone."""
    if process.poll() is None:
        with suppress(OSError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout:
        process.stdout.close()


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only we can read, gone afterwards; those of processes that were killed are swept away too."""
    top = Path(tempfile.gettempdir())
    sweep(top)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))  # mode 0700
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(top: Path) -> None:
    """Nothing; folders of ours whose process is gone are removed. What is not ours, or a link, is left."""
    if sys.platform == "win32":
        return  # there, a process cannot be asked for without harm
    with suppress(OSError):
        for folder in top.glob(f"{PREFIX}*-*"):
            owner = folder.name.removeprefix(PREFIX).partition("-")[0]
            if owner.isdigit() and not folder.is_symlink() and folder.stat().st_uid == os.getuid() and gone(int(owner)):
                shutil.rmtree(folder, ignore_errors=True)


def gone(pid: int) -> bool:
    """Whether there is no such process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
