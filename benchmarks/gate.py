"""What a hook costs an agent: the installed script beside ``python -I -S -c pass``; calm, store busy, with rules.

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
from typing import Any, NamedTuple

from benchmarks.measure import scratch_environment, twiceshy
from twiceshy.archive import rules_file
from twiceshy.archive.db import Store
from twiceshy.archive.rules_file import GateRule
from twiceshy.base.config import Config, load
from twiceshy.commands.keys import gate_keys
from twiceshy.commands.keys.gate_keys import path_key
from twiceshy.doors.gate import decide
from twiceshy.doors.gate import hook as gate
from twiceshy.doors.gate.conditions import SessionNotes
from twiceshy.recipes.setup import hook_folder

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
    parser.add_argument("--rules", type=int, default=10_000)
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
        give_rules(config, args.rules)
        compare_rules(config, args.runs, args.rules)
        inside(config, args.rules)
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
    print(f"\n{title}: {runs} runs, interleaved")
    draw(times, times[calls[0][0]])


def draw(times: dict[str, list[Times]], base: list[Times]) -> None:
    """A line a call, over the base."""
    heading = (
        ("wall ms: median", 16),
        ("p95", 8),
        ("cpu ms: median", 16),
        ("over pass: median", 20),
        ("p95", 7),
        ("cpu", 7),
    )
    print(f"{'':<40}" + "".join(f"{words:>{width}}" for words, width in heading))
    for name, found in times.items():
        wall, late, cpu = quantile(found, 0.5, 0), quantile(found, 0.95, 0), quantile(found, 0.5, 1)
        ratios = wall / quantile(base, 0.5, 0), late / quantile(base, 0.95, 0), cpu / quantile(base, 0.5, 1)
        print(f"{name:<40}{wall:>16.2f}{late:>8.2f}{cpu:>16.2f}{ratios[0]:>20.2f}{ratios[1]:>7.2f}{ratios[2]:>7.2f}")


RUN = EDIT | {"tool_name": "Bash", "tool_input": {"command": "npm test -- --runInBand"}}
PATTERN = "sql-built-python"
PLAIN = "rows = find(name)\nfor row in rows:\n    show(row)\n" * 5
GOOD = 'rows = db.execute("SELECT * FROM birds WHERE name = ?", (name,))\n' * 5
BAD = "rows = db.execute(f\"SELECT * FROM birds WHERE name = '{name}'\")\n" * 5
QUIET = RUN | {"tool_input": {"command": "git status"}}
UNREAD = EDIT | {"session_id": "long"}


def give_rules(config: Config, count: int) -> None:
    """Nothing; the gate has so many rules, two of which these events meet, and a session of 2,000 notes."""
    salt = (config.home / "salt").read_bytes()
    words = '`npm test` failed 9 of 9 times in this folder (9 sessions).\nIt said, every time: "no such script".'
    lines = [
        GateRule(
            b"c" + number.to_bytes(8, "big"), f"{number:016x}", "warn", 0.9, "", "", f"twiceshy w-{number:08x}: {words}"
        )
        for number in range(count - 2)
    ]
    command, path = str(RUN["tool_input"]["command"]), str(EDIT["tool_input"]["file_path"])  # type: ignore[index]
    lines.append(GateRule(gate_keys.key_of_command(command, "ann/shop", salt), "a" * 16, "warn", 0.9, "", "", words))
    lines.append(GateRule(gate_keys.key_of_edit(path_key(path, salt)), "b" * 16, "warn", 0.9, "unread", "", words))
    lines[0] = GateRule(gate_keys.key_of_pattern(PATTERN), "c" * 16, "warn", 0.9, "", "", words)
    names = "known-key,sql-built-go,sql-built-javascript,sql-built-python"
    rules_file.write(config.home, lines, f"budget=1000000;patterns={names};held=0")
    (config.home.parent / "app.py").write_text("a = 1\n" + "def work(value):\n    return value\n" * 200)
    begin = '\n{"t":1795274854830,"a":"claude-code","e":"SessionStart","s":"long","w":"startup"}'
    note = '\n{"t":1795274854847,"a":"claude-code","e":"PostToolUse","s":"long","c":"toolu_%022d",'
    note += '"k":"read","p":["%016x"]}'
    (config.home / "spool" / "long.jsonl").write_text(begin + "".join(note % (n, n) for n in range(2_000)))


def compare_rules(config: Config, runs: int, rules: int) -> None:
    """One table: each call `runs` times, in turns; a session of its own each time, so that every one may be said."""
    hook = hook_folder.command_of(config, "claude-code", "PreToolUse")
    plain = [hook[0], "-I", "-S", "-c", "pass"]
    names = (
        "python -I -S -c pass",
        "no rule fits",
        "a warning is given",
        "an unread file, 2,000 notes",
        "an edit without a pattern's word",
        "an edit with a word and no fault",
        "an edit with a fault",
    )
    times: dict[str, list[Times]] = {name: [] for name in names}
    for number in range(runs):
        times[names[0]].append(timed(plain, b""))
        times[names[1]].append(timed(hook, json.dumps(QUIET | {"session_id": "quiet"}).encode()))
        times[names[2]].append(timed(hook, json.dumps(RUN | {"session_id": f"loud-{number}"}).encode()))
        times[names[3]].append(timed(hook, json.dumps(UNREAD | {"tool_use_id": f"toolu_{number:024}"}).encode()))
        for name, text in zip(names[4:], (PLAIN, GOOD, BAD), strict=True):
            edit: dict[str, Any] = EDIT | {"session_id": f"edit-{number}", "cwd": str(config.home.parent)}
            edit["tool_input"] = {
                "file_path": f"{config.home.parent}/app.py",
                "old_string": "a = 1\n",
                "new_string": text,
            }
            times[name].append(timed(hook, json.dumps(edit).encode()))
    print(f"\n{rules:,} rules: {runs} runs, interleaved")
    draw(times, times[names[0]])
    said = sum(path.read_text().count('"v":"s"') for path in (config.home / "spool").glob("edit-*.jsonl"))
    print(f"{said} of {runs} faults were told")
    given = sum(path.read_text().count('"v":"s"') for path in (config.home / "spool").glob("loud-*.jsonl"))
    print(f"{given} of {runs} warnings were given")


def inside(config: Config, rules: int) -> None:
    """How long the check takes in a process that runs already."""
    salt = (config.home / "salt").read_bytes()
    home = str(config.home)
    spent: dict[str, list[float]] = {"no rule fits": [], "an unread file, 2,000 notes": []}
    for number in range(200):
        for name, event in (("no rule fits", QUIET), ("an unread file, 2,000 notes", UNREAD)):
            given: Any = event | {"tool_use_id": f"toolu_in{number:024}"}
            begun = time.perf_counter()
            line = gate.line_of(given, "claude-code", "PreToolUse", str(given["cwd"]), salt)
            now = decide.GateEvent(
                home, ("claude-code", "PreToolUse", str(given["cwd"])), given, gate.parse_payload(line), salt
            )
            rows = decide.look_up(home, decide.keys_of(now))
            state = SessionNotes(now, {})
            found = [row for row in rows if row[0] != b"b" and state.is_due(row)]
            spent[name].append((time.perf_counter() - begun) * 1000)
            assert len(found) <= 1
    for name, found_ms in spent.items():
        found_ms.sort()
        print(f"in a process, {rules:,} rules, {name}: median {found_ms[100]:.2f} ms, p95 {found_ms[190]:.2f} ms")


def timed(command: Sequence[str], data: bytes) -> Times:
    """One call, from its start to its end."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        started = time.perf_counter()
        child = subprocess.Popen(command, stdin=file, stdout=subprocess.DEVNULL)
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
            with store.begin_writing() as connection:
                connection.executemany(
                    "INSERT INTO derived VALUES ('filling', randomblob(16), x'00', 0, ?)", [(block,)] * 100
                )
    print(f"\nfilled: {(config.home / 'twiceshy.db').stat().st_size / 1e9:.2f} GB")


WRITER = """
import sys, os
from pathlib import Path
from twiceshy.archive import rules_file
from twiceshy.archive.db import Store
from twiceshy.archive.rules_file import GateRule
from twiceshy.doors.gate import decide
from twiceshy.doors.gate.conditions import SessionNotes
from twiceshy.doors.gate import hook as gate
with Store.open(Path(sys.argv[1])) as store:
    while True:
        with store.begin_writing() as connection:
            row = "('w', randomblob(2), x'00', 0, randomblob(200000))"
            connection.execute("INSERT OR REPLACE INTO derived VALUES " + row)
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
    """16 agents' hooks at a time; three in ten, always one of the newest, are killed at any moment."""
    chance = random.Random(1)
    acknowledged: set[str] = set()
    killed = number = 0
    running: list[tuple[subprocess.Popen[bytes], str]] = []
    hook = hook_folder.command_of(config, "claude-code", "PreToolUse")
    started = time.perf_counter()
    while number < calls or running:
        while len(running) < 16 and number < calls:
            name = f"call-{number}"
            event = EDIT | {"session_id": f"agent-{number % 4}", "tool_use_id": name}
            child = subprocess.Popen(hook, stdin=subprocess.PIPE)
            assert child.stdin is not None
            child.stdin.write(json.dumps(event).encode())
            child.stdin.close()
            running.append((child, name))
            number += 1
        doomed = chance.random() < 0.3
        child, name = running.pop(-1 if doomed else 0)
        if doomed:
            time.sleep(chance.random() * 0.05)  # 16 at once on few cores: about the time that one takes
            child.send_signal(signal.SIGKILL)
        code = child.wait()
        killed += code == -signal.SIGKILL
        if code == 0:
            acknowledged.add(name)
    noted: list[str] = []
    torn = 0
    for path in (config.home / "spool").glob("agent-*.jsonl"):
        for line in path.read_text().split("\n")[1:]:
            try:
                noted.append(json.loads(line)["c"])
            except (ValueError, KeyError):
                torn += 1
    lost, twice = len(acknowledged - set(noted)), len(noted) - len(set(noted))
    print(
        f"\n16 at once: {calls} calls in {time.perf_counter() - started:.1f} s; {killed} killed, "
        f"{len(acknowledged)} ended with 0, {lost} of these lost, {twice} twice, {torn} torn"
    )
