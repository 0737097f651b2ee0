"""What a team's server that is away, slow or silent costs a command and a hook: beside ``local``, in turns.

``python -m benchmarks sync_slow_server [--runs 60] [--hooks 120]``. Each server has a member of its own, with rows that
wait, and a sender that is at work on them all the time. Differences are paired; the interval of their median is free of
distributions (Conover). Then ``run --wait-telemetry``: it waits for a server, and no longer than it may.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

from benchmarks.gate import EDIT, timed
from benchmarks.measure import scratch_environment, twiceshy
from benchmarks.run import ENTRY, MARK, hear_signals, is_ours, survivors
from twiceshy.archive.db import Store
from twiceshy.archive.outbox import put_rows
from twiceshy.base.config import load
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.team import WireRow, WireValue
from twiceshy.stats.intervals import quantile_interval

WAITING = 2_000
"""Rows that wait, so that each sender has something to send."""


class Member(NamedTuple):
    """One person, and the server that they have."""

    name: str
    environment: dict[str, str]
    hook: Sequence[str]


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks sync_slow_server", description=__doc__)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--hooks", type=int, default=120)
    parser.add_argument("--waits", type=int, default=3)
    args = parser.parse_args(argv)
    hear_signals()
    mark = uuid.uuid4().hex
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        over = Event()
        servers = {"local": "", **{name: stack.enter_context(serve(over)) for name, serve in SERVERS.items()}}
        members = [join(Path(folder), name, url, mark) for name, url in servers.items()]
        senders = [Thread(target=keep_sending, args=(one, over)) for one in members[1:]]
        for sender in senders:
            sender.start()
        try:
            compare("twiceshy run -- true", members, args.runs, lambda one: time_run(one, mark))
            compare("the hook before an edit", members, args.hooks, time_hook)
            for one in members:
                spent = [time_waiting(one) for _ in range(args.waits)]
                print(f"run --wait-telemetry, {one.name:42} longest {max(spent):5.2f} s")
        finally:
            over.set()
            for sender in senders:
                sender.join()


def join(folder: Path, name: str, url: str, mark: str) -> Member:
    """A member with a store, hooks and rows that wait."""
    home = folder / uuid.uuid4().hex[:8]
    home.mkdir()
    environment = scratch_environment(home) | {MARK: mark, "TWICESHY_HOOK_LEARNS": "0"}
    (home / "claude").mkdir()
    init = twiceshy("init", "--yes", "--no-backfill")
    subprocess.run(init, env=environment, stdout=subprocess.DEVNULL, check=True)
    config = load({}, environment, home)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        put_rows(connection, [make_row(number) for number in range(WAITING)], datetime.now(UTC))
    if url:
        environment |= {
            "TWICESHY_TELEMETRY_BACKEND": "hybrid",
            "TWICESHY_SYNC_URL": url,
            "TWICESHY_SYNC_TOKEN": "tws_" + "A" * 43,
        }
    return Member(name, environment, hook_folder.command_of(config, "claude-code", "PreToolUse"))


def make_row(number: int) -> WireRow:
    """A run that waits."""
    data: dict[str, WireValue] = {"exit_code": 0, "exit_reason": "completed", "total_runtime": 1.0}
    return WireRow(kind="execution", id=number.to_bytes(16, "big"), rev=0, at=datetime.now(UTC), data=data)


def keep_sending(member: Member, over: Event) -> None:
    """Send again and again, as often as a person could ask for it."""
    while not over.is_set():
        subprocess.run(twiceshy("sync"), env=member.environment, capture_output=True, check=False)
        over.wait(5)


def time_run(member: Member, mark: str) -> float:
    """Milliseconds of a wrapped command; who records it is ended, so that it does not slow the next one down."""
    begun = time.perf_counter()
    subprocess.run([*ENTRY, "--", "/bin/true"], env=member.environment, check=True)
    spent = (time.perf_counter() - begun) * 1000
    for pid in filter(is_ours, survivors(mark)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return spent


def time_hook(member: Member) -> float:
    """Milliseconds of a hook."""
    os.environ.update(member.environment)
    return timed(member.hook, json.dumps(EDIT).encode()).wall_ms


def time_waiting(member: Member) -> float:
    """Seconds of a command whose caller wants to wait until its record is sent."""
    begun = time.perf_counter()
    words = [*ENTRY, "--wait-telemetry", "--", "/bin/true"]
    subprocess.run(words, env=member.environment, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def compare(title: str, members: Sequence[Member], turns: int, measure: Callable[[Member], float]) -> None:
    """Print what each server adds, beside `local`."""
    times: dict[str, list[float]] = {one.name: [] for one in members}
    for _ in range(turns):
        for one in random.sample(members, len(members)):
            times[one.name].append(measure(one))
    base = times.pop(members[0].name)
    print(f"{title}: {sorted(base)[turns // 2]:.1f} ms with `local` (median of {turns})")
    for name, found in times.items():
        added = quantile_interval(sorted(b - a for a, b in zip(base, found, strict=True)), 0.5)
        holds = "holds 0" if added.low <= 0 <= added.high else "DOES NOT HOLD 0"
        print(f"  {name:42} {added.estimate:+6.2f} ms ({added.low:+.2f} to {added.high:+.2f}): {holds}", flush=True)


@contextmanager
def serve_nobody(_: Event) -> Iterator[str]:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextmanager
def serve_full(_: Event) -> Iterator[str]:
    """A server that takes no connection: its queue is full, and what asks is dropped as by a firewall."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, ExitStack() as stack:
        for _number in range(4):
            line = stack.enter_context(socket.socket())
            line.setblocking(False)
            with suppress(BlockingIOError):
                line.connect(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def serve_slowly(over: Event) -> Iterator[str]:
    """A server that answers one byte a second."""
    with listen(over, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000) as url:
        yield url


@contextmanager
def serve_silence(over: Event) -> Iterator[str]:
    """A server that takes everything and says nothing."""
    with listen(over, b"") as url:
        yield url


@contextmanager
def listen(over: Event, answer: bytes) -> Iterator[str]:
    """A server that gives an answer byte by byte, one a second."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(line: socket.socket) -> None:
        with suppress(OSError), line:
            line.recv(1 << 20)
            for place in range(len(answer)):
                line.sendall(answer[place : place + 1])
                if over.wait(1):
                    return
            over.wait(60)

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    with listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


SERVERS: dict[str, Callable[[Event], AbstractContextManager[str]]] = {
    "nobody listens": serve_nobody,
    "takes no connection": serve_full,
    "one byte a second": serve_slowly,
    "takes everything, says nothing": serve_silence,
}
