"""Clones of one project add, pack, merge and forget, and are killed meanwhile: what each knows is the exact union.

``python -m benchmarks memory_merge [--clones N] [--operations N] [--seed N]``. Two clones in five share a writer, as
two checkouts of one project on a machine do. A merge is a fetch of another clone's refs, as ``memory pull`` makes it,
and the settling behind it. One operation in five is begun in a process that is killed (SIGKILL) at a drawn moment, and
then done again. After each operation the clone's live records are compared with a model made of sets; at the end every
clone fetches from every other, and all of them must know the same. A conflict is any error that an operation raises.
"""

import argparse
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.base.errors import TwiceshyError
from twiceshy.records.memory import Code, MemoryRecord
from twiceshy_git.chunks.check_memory import verify
from twiceshy_git.chunks.chunk_store import MemoryRepository
from twiceshy_git.chunks.memory_files import MemoryFiles
from twiceshy_git.chunks.rewrite_months import compact
from twiceshy_git.memory import envelope

START = datetime(2026, 6, 1, tzinfo=UTC)
LATER = START + timedelta(days=400)
LONGEST_S = 0.08  # of the moments at which a process is killed; most operations take less
KINDS = ("add", "add", "add", "flush", "compact", "merge", "merge", "forget")


class MergeResult(NamedTuple):
    """What came of it."""

    operations: int
    killed: int
    """Begun in a process that was killed before it had ended."""
    wrong: int
    """After which a clone knew something else than the model."""
    conflicts: int
    apart: int
    """Clones that in the end knew something else than the union."""
    damaged: int
    """Damages that ``chunks verify`` found in the end."""
    records: int
    forgotten: int


class Clone:
    """A checkout with its memory, and the model of what it knows."""

    def __init__(self, folder: Path, writer: str) -> None:
        folder.mkdir()
        self.name = folder.name
        self.memory = MemoryRepository(MemoryFiles(folder, writer))
        self.writer = writer
        self.own: set[str] = set()
        self.stones: set[str] = set()
        """Passed on by this clone."""
        self.copies: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        """What it fetched from others: their records and stones."""

    def list_forgotten(self) -> set[str]:
        """Return the ids that the clone must know as forgotten."""
        return self.stones.union(*(stones for _, stones in self.copies.values()))

    def list_live(self) -> set[str]:
        """Return the ids that the clone must know."""
        return self.own.union(*(own for own, _ in self.copies.values())) - self.list_forgotten()


class Field:
    """All clones, and what is done with them."""

    def __init__(self, folder: Path, clones: int, seed: int) -> None:
        self.random = Random(seed)
        writers = [f"{number if number % 5 else number + 1:016x}" for number in range(1, clones + 1)]
        self.clones = [Clone(folder / f"clone{at}", writer) for at, writer in enumerate(writers)]
        self.made = 0

    def draw(self) -> tuple[str, Clone, object]:
        """Return what to do next, with all that it needs: doing it twice is doing it once."""
        kind, clone = self.random.choice(KINDS), self.random.choice(self.clones)
        if kind == "add":
            count = self.random.randint(1, 6)
            self.made += count
            return kind, clone, [make_record(self.made - at) for at in range(count)]
        if kind == "merge":
            return kind, clone, self.random.choice([one for one in self.clones if one is not clone])
        if kind == "forget":
            known = sorted(clone.list_live())
            return kind, clone, self.random.sample(known, min(len(known), 2))
        return kind, clone, None


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="memory_merge")
    parser.add_argument("--clones", type=int, default=20, help="clones [20]")
    parser.add_argument("--operations", type=int, default=1000, help="operations [1000]")
    parser.add_argument("--seed", type=int, default=7, help="of the draw [7]")
    args = parser.parse_args(list(words))
    began = time.process_time()
    with tempfile.TemporaryDirectory(prefix="merge") as folder:
        found = try_merges(Path(folder), args.clones, args.operations, args.seed)
    print(f"{args.clones} clones, {found.operations} operations ({found.killed} killed), seed {args.seed}")
    print(f"{found.records} records and {found.forgotten} forgotten in the end")
    print(f"after an operation a clone knew something else: {found.wrong}; conflicts: {found.conflicts}")
    print(f"in the end: clones that know something else than the union: {found.apart}; damages: {found.damaged}")
    print(f"{time.process_time() - began:.0f} s CPU of our own process")


def try_merges(folder: Path, clones: int, operations: int, seed: int) -> MergeResult:
    """Do all operations, then let every clone fetch from every other one."""
    field = Field(folder, clones, seed)
    killed = wrong = conflicts = 0
    for _ in range(operations):
        kind, clone, what = field.draw()
        if field.random.random() < 0.2:
            killed += kill_midway(kind, clone, what, field.random.random() * LONGEST_S)
        try:
            do(kind, clone, what)
        except (TwiceshyError, subprocess.CalledProcessError) as error:
            print(f"conflict: {kind}: {error}")
            conflicts += 1
        follow(kind, clone, what)
        wrong += read_live(clone) != clone.list_live()
    for _ in range(2):  # what a clone learned of others in the first round is passed on in the second
        for clone in field.clones:
            for other in field.clones:
                if other is not clone:
                    do("merge", clone, other)
                    follow("merge", clone, other)
    union = set().union(*(clone.list_live() for clone in field.clones))
    union -= set().union(*(clone.list_forgotten() for clone in field.clones))
    return MergeResult(
        operations,
        killed,
        wrong,
        conflicts,
        sum(read_live(clone) != union for clone in field.clones),
        sum(len(verify(clone.memory.files).damages) for clone in field.clones),
        len(union),
        len(set().union(*(clone.list_forgotten() for clone in field.clones))),
    )


def make_record(number: int) -> MemoryRecord:
    """Return one record of many, in one of four months."""
    at = START + timedelta(hours=(number * 37) % 2900)
    return MemoryRecord(type="session", at=at, fields={"number": number, "text": Code(f"what {number} was about " * 8)})


def read_live(clone: Clone) -> set[str]:
    """Return the ids that the clone's memory gives."""
    return {envelope.identify(record) for record in clone.memory.read()}


def do(kind: str, clone: Clone, what: object) -> None:
    """Do an operation on the clone's memory."""
    if kind == "add":
        clone.memory.add(what)  # type: ignore[arg-type]  # as drawn
    elif kind == "flush":
        clone.memory.flush()
    elif kind == "compact":
        clone.memory.flush()
        compact(clone.memory.files, LATER)
    elif kind == "forget":
        clone.memory.forget(what, LATER)  # type: ignore[arg-type]  # as drawn
    elif isinstance(what, Clone):
        fetch(clone, what)
        clone.memory.settle()


def follow(kind: str, clone: Clone, what: object) -> None:
    """Do the same in the model."""
    if kind == "add":
        clone.own |= {envelope.identify(record) for record in what} - clone.list_forgotten()  # type: ignore[attr-defined]  # as drawn
    elif kind == "forget":
        clone.stones |= set(what)  # type: ignore[call-overload]  # as drawn
    elif isinstance(what, Clone):
        what.own -= what.list_forgotten()
        clone.copies[what.name] = (frozenset(what.own), frozenset(what.stones))
        clone.stones |= clone.list_forgotten()
        if what.writer == clone.writer:
            clone.own |= what.own
    clone.own -= clone.stones


def fetch(clone: Clone, other: Clone) -> None:
    """Fetch the other's own refs, once it has put in what waits."""
    other.memory.flush()
    if not other.memory.files.bare.exists:
        return
    clone.memory.files.bare.make()
    spec = f"+refs/twiceshy/memory/*:refs/twiceshy/remote/{other.name}/memory/*"
    subprocess.run(
        [
            "git",
            "-c",
            "transfer.unpackLimit=1",
            "-c",
            "gc.auto=0",
            "fetch",
            "-q",
            "--prune",
            other.memory.files.bare.folder,
            spec,
        ],
        cwd=clone.memory.files.bare.folder,
        check=True,
        capture_output=True,
    )


def kill_midway(kind: str, clone: Clone, what: object, seconds: float) -> bool:
    """Begin the operation in another process and kill that, and what it started; tell whether it had not ended."""
    child = os.fork()
    if child == 0:
        with suppress(OSError):
            os.setpgid(0, 0)
        try:
            do(kind, clone, what)
        finally:
            os._exit(0)
    with suppress(OSError):  # it did so itself
        os.setpgid(child, child)
    time.sleep(seconds)
    over, _ = os.waitpid(child, os.WNOHANG)
    if over:
        return False
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True
