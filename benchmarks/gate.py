"""What a hook costs an agent: the installed script beside ``python -I -S -c pass``, calm and with a big busy store.

Interleaved, so that whatever else the machine does falls on all alike; ratios can be trusted, times only side by side.
Then 16 agents at once with kill -9 among them: of the calls that ended with 0 none may be missing, and no line torn.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import scratch_environment, twiceshy
from twiceshy.config import Config, load
from twiceshy.flows import hook_folder
from twiceshy.store.db import Store

EDIT = {
    "session_id": "6f1c8a52-0000-4000-8000-000000000001",
    "transcript_path": "/home/ann/.claude/projects/-home-ann-shop/6f1c8a52.jsonl",
    "cwd": "/home/ann/shop",
    "permission_mode": "default",
    "hook_event_name": "PreToolUse",
    "tool_name": "Edit",
    "tool_input": {
        "file_path": "/home/ann/shop/src/auth.py",
        "old_string": "a = 1\n" * 40,
        "new_string": "a = 2\n" * 40,
    },
    "tool_use_id": "toolu_01AAAAAAAAAAAAAAAAAAAAAA",
}
LARGE = EDIT | {
    "tool_name": "Write",
    "tool_input": {"file_path": "/home/ann/shop/big.py", "content": "x = 1\n" * 170_000},
}


class Times(NamedTuple):
    """Of one call."""

    wall_ms: float
    cpu_ms: float


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks gate", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--gb", type=float, default=1.0, help="size of the big store; 0: leave that part out")
    parser.add_argument("--calls", type=int, default=3000, help="calls of 16 agents at once")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = scratch_environment(Path(name))
        os.environ.update(environment)
        config = load({}, environment, Path(name))
        started = time.perf_counter()
        install(environment, Path(name))
        print(f"init: {time.perf_counter() - started:.2f} s from the command to hooks in the settings")
        compare("calm", config, args.runs)
        if args.gb:
            fill(config, args.gb)
            with writer(config):
                compare(f"store of {args.gb:g} GB, a writer at work", config, args.runs)
        at_once(config, args.calls)


def install(environment: dict[str, str], folder: Path) -> None:
    """As a user would."""
    (folder / "claude").mkdir()
    command = twiceshy("init", "--yes", "--no-backfill")
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)


def compare(title: str, config: Config, runs: int) -> None:
    """One table: each call `runs` times, in turns."""
    hook = hook_folder.command_of(config, "claude-code", "PreToolUse")
    plain = [hook[0], "-I", "-S", "-c"]
    small, large = json.dumps(EDIT).encode(), json.dumps(LARGE).encode()
    calls: list[tuple[str, Sequence[str], bytes]] = [
        ("python -I -S -c pass", [*plain, "pass"], b""),
        ("the hook, 0.9 KB of input", hook, small),
        ("the hook, 1 MB of input", hook, large),
        ("python -I -S -c 'import json'", [*plain, "import json"], b""),
        ("python -I -S -c 'import json, sqlite3'", [*plain, "import json, sqlite3"], b""),
    ]
    times: dict[str, list[Times]] = {name: [] for name, _, _ in calls}
    for _ in range(runs):
        for name, command, data in calls:
            times[name].append(timed(command, data))
    base = times[calls[0][0]]
    print(
        f"\n{title}: {runs} runs, interleaved\n{'':<40}{'wall ms: median':>16}{'p95':>8}{'cpu ms: median':>16}{'over pass: median':>20}{'p95':>7}{'cpu':>7}"
    )
    for name, found in times.items():
        ratios = [quantile(found, part, 0) / quantile(base, part, 0) for part in (0.5, 0.95)]
        cpu = quantile(found, 0.5, 1) / quantile(base, 0.5, 1)
        print(
            f"{name:<40}{quantile(found, 0.5, 0):>16.2f}{quantile(found, 0.95, 0):>8.2f}{quantile(found, 0.5, 1):>16.2f}"
            f"{ratios[0]:>20.2f}{ratios[1]:>7.2f}{cpu:>7.2f}"
        )


def timed(command: Sequence[str], data: bytes) -> Times:
    """One call, from its start to its end."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        started = time.perf_counter()
        child = subprocess.Popen(command, stdin=file)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return Times(wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000)


def quantile(found: Sequence[Times], part: float, field: int) -> float:
    """Of one field."""
    return sorted(one[field] for one in found)[int(len(found) * part)]


def fill(config: Config, gigabytes: float) -> None:
    """Nothing; the store is that big. What is in it does not matter to a hook, its weight on the machine may."""
    block = os.urandom(1 << 20)
    with Store.open(config.home) as store:
        for _ in range(int(gigabytes * 10)):
            with store.writing() as connection:
                connection.executemany(
                    "INSERT INTO derived VALUES ('filling', randomblob(16), x'00', 0, ?)", [(block,)] * 100
                )
    print(f"\nfilled: {(config.home / 'twiceshy.db').stat().st_size / 1e9:.2f} GB")


WRITER = """
import sys, os
from pathlib import Path
from twiceshy.store.db import Store
with Store.open(Path(sys.argv[1])) as store:
    while True:
        with store.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO derived VALUES ('w', randomblob(2), x'00', 0, randomblob(200000))")
"""


@contextmanager
def writer(config: Config) -> Iterator[None]:
    """Nothing, while another process writes without a pause."""
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(config.home)])
    try:
        yield
    finally:
        child.kill()
        child.wait()


def at_once(config: Config, calls: int) -> None:
    """16 agents' hooks at a time, three in ten of them killed at any moment."""
    chance, acknowledged, killed, number = random.Random(1), 0, 0, 0
    running: list[tuple[subprocess.Popen[bytes], bool]] = []
    hook = hook_folder.command_of(config, "claude-code", "PreToolUse")
    started = time.perf_counter()
    while number < calls or running:
        while len(running) < 16 and number < calls:
            event = EDIT | {"session_id": f"agent-{number % 16 // 4}", "tool_use_id": f"call-{number}"}
            child = subprocess.Popen(hook, stdin=subprocess.PIPE)
            assert child.stdin is not None
            child.stdin.write(json.dumps(event).encode())
            child.stdin.close()
            running.append((child, chance.random() < 0.3))
            number += 1
        child, doomed = running.pop(chance.randrange(len(running)))
        if doomed:
            time.sleep(chance.random() * 0.01)
            child.send_signal(signal.SIGKILL)
        code = child.wait()
        acknowledged += code == 0
        killed += code == -signal.SIGKILL
    seen, torn = set(), 0
    for path in (config.home / "spool").glob("agent-*.jsonl"):
        for line in path.read_text().split("\n")[1:]:
            try:
                seen.add(json.loads(line)["c"])
            except (ValueError, KeyError):
                torn += 1
    print(
        f"\n16 at once: {calls} calls in {time.perf_counter() - started:.1f} s, {killed} killed, {acknowledged} ended with 0; "
        f"{len(seen)} noted, {max(acknowledged - len(seen), 0)} lost, {torn} torn"
    )
