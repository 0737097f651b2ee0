"""Whether cost grows straight with seven counts: values, prompts, calls, edits, sessions, files, projects.

``python -m benchmarks linear_counts [--count NAME ...] [--size N] [--times 4]``: for each count a made log of
N of them and one of four times as many; both are read (`ingest`), learned from (`learn`) and told (`report`), each by
a process of its own in a fresh data folder. Figures are CPU seconds of them and their children, less those
of a log with nearly none. Growth is that of the larger log over that of the smaller; 4 is straight, the goal is 5. Both
logs of a count are read by several processes, or both by one: starting them would count as growth.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.demo.sample_log import SessionLog

GOAL = 5.0
NOISE_S = 0.3
"""CPU seconds below which a growth says nothing."""
STEPS = (["ingest"], ["learn"], ["report"])
WORDS = Path(__file__).with_name("linear_counts.py").read_text(encoding="utf-8").split()
TOOLS = ("pytest", "make", "npm", "cargo", "ruff", "mypy", "git", "ls", "docker", "go")


class Logs:
    """Made logs in a folder of an agent, a session each."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rng = folder, Random(7)
        self.start = datetime.now(UTC) - timedelta(days=20)
        self.written = 0

    def open(self, project: str = "shop") -> SessionLog:
        """Begin a session."""
        at = self.start + timedelta(minutes=7 * self.written)
        return SessionLog(self.rng, f"/home/ann/{project}", at, "claude-sonnet-4-5")

    def close(self, log: SessionLog) -> None:
        """Write a session's file."""
        place = self.folder / "projects" / log.cwd.replace("/", "-") / f"{log.id}.jsonl"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n".join(log.lines) + "\n", encoding="utf-8")
        self.written += 1

    def say(self, words: int = 12) -> str:
        """Return a sentence that was not said before."""
        return " ".join(self.rng.choices(WORDS, k=words)) + f" {self.rng.getrandbits(40):x}"


def make_values(logs: Logs, many: int) -> None:
    """Write one session whose outputs hold that many different credentials."""
    log = logs.open()
    log.prompt("print the settings of all machines")
    for start in range(0, many, 20):
        rows = [f"DB_PASSWORD={logs.rng.getrandbits(96):x}Q!" for _ in range(min(20, many - start))]
        log.run(f"cat env-{start}", "\n".join(rows))
    logs.close(log)


def make_prompts(logs: Logs, many: int) -> None:
    """Write one session in which a person types that many texts, of which every other objects to an edit."""
    log = logs.open()
    text = "a = 1\nb = 2\n"
    for number in range(many):
        objects = number % 2 == 1
        log.prompt(f"no, that is wrong, I said {logs.say()}" if objects else f"now {logs.say()}")
        line = text.split("\n")[1]
        text = log.edit("src/cart.py", text, line, f"b = {number}  # {logs.say(3)}")
        log.say(f"I did {logs.say(4)}")
    logs.close(log)


def make_calls(logs: Logs, many: int) -> None:
    """Write one session of that many commands, of which a third fail, with a text of its own each."""
    log = logs.open()
    log.prompt("make everything green")
    for number in range(many):
        tool = TOOLS[number % len(TOOLS)]
        status = int(number % 3 == 0)
        said = f"src/a{number % 97}.py:{number}: error: {logs.say(6)}" if status else f"ok {logs.say(6)}"
        log.run(f"{tool} run-{number % 211} --part {number}", said, status=status)
    logs.close(log)


def make_edits(logs: Logs, many: int) -> None:
    """Write one session of that many edits of forty files."""
    log = logs.open()
    log.prompt("write the parser")
    texts = {f"src/part{place}.py": "\n".join(f"x{row} = {row}" for row in range(40)) for place in range(40)}
    for number in range(many):
        path = f"src/part{number % 40}.py"
        rows = texts[path].split("\n")
        old = rows[number // 40 % 40]
        texts[path] = log.edit(path, texts[path], old, f"x{number} = {number}  # {logs.say(3)}")
    logs.close(log)


def make_files(logs: Logs, many: int) -> None:
    """Write one session that reads and edits that many files."""
    log = logs.open()
    log.prompt("rename the setting everywhere")
    for number in range(many):
        path, text = f"src/d{number % 53}/f{number}.py", f"limit = {number}\nother = {number}"
        log.read(path, text)
        log.edit(path, text, f"limit = {number}", f"bound = {number}")
    logs.close(log)


def _make_session(logs: Logs, project: str) -> None:
    log = logs.open(project)
    log.prompt(f"mend {logs.say()}")
    log.run("npm test", f"FAIL src/cart.test.ts\n  {logs.say(5)}", status=1)
    log.edit("src/cart.ts", "a = 1\nb = 2\n", "b = 2", f"b = {logs.rng.getrandbits(20)}")
    log.run("npm test", "Tests: 4 passed, 4 total")
    log.run(f"git commit -qm '{logs.say(4)}'", f"[main {logs.rng.getrandbits(28):07x}] x\n 1 file changed")
    log.prompt("no, use the other discount instead")
    log.say("Done.")
    logs.close(log)


def make_sessions(logs: Logs, many: int) -> None:
    """Write that many short sessions of one project."""
    for _ in range(many):
        _make_session(logs, "shop")


def make_projects(logs: Logs, many: int) -> None:
    """Write two short sessions of each of that many projects."""
    for number in range(many):
        for _ in range(2):
            _make_session(logs, f"project-{number}")


class Count(NamedTuple):
    """Something that a log can hold many of."""

    make: Callable[[Logs, int], None]
    size: int
    """The smaller number."""


COUNTS: dict[str, Count] = {
    "values": Count(make_values, 2_500),
    "prompts": Count(make_prompts, 4_000),
    "calls": Count(make_calls, 3_000),
    "edits": Count(make_edits, 3_000),
    "sessions": Count(make_sessions, 300),
    "files": Count(make_files, 2_000),
    "projects": Count(make_projects, 400),
}


def main(argv: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks linear_counts", description=__doc__)
    parser.add_argument("--count", nargs="+", default=list(COUNTS), choices=list(COUNTS))
    parser.add_argument("--size", type=int, default=0, help="the smaller number [its own for each count]")
    parser.add_argument("--times", type=int, default=4)
    args = parser.parse_args(list(argv))
    worst = 0.0
    for name in args.count:
        few = args.size or COUNTS[name].size
        none, small, large = (measure(name, many) for many in (4, few, few * args.times))
        cells = []
        for step, low, first, second in zip(STEPS, none, small, large, strict=True):
            growth = grow(low, first, second)
            worst = max(worst, growth)
            cells.append(f"{step[0]} {first:.1f} -> {second:.1f} CPU s, x{growth:.1f}")
        print(f"{name} {few:,} -> {few * args.times:,}: {'; '.join(cells)}", flush=True)
    print(f"most growth: {worst:.1f}  goal <= {GOAL:g}: {'met' if worst <= GOAL else 'NOT met'}")


def grow(low: float, first: float, second: float) -> float:
    """Return how much more the larger log cost than the smaller, less what a log with nearly nothing costs."""
    return max(second - low, NOISE_S) / max(first - low, NOISE_S)


def measure(name: str, many: int) -> list[float]:
    """Return the CPU seconds of each step on a log with that many."""
    with tempfile.TemporaryDirectory(prefix="linear", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        COUNTS[name].make(Logs(home / "claude"), many)
        kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
        environment = kept | {
            "HOME": str(home),
            "TWICESHY_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "CLAUDE_CONFIG_DIR": str(home / "claude"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        return [run_step(step, environment) for step in STEPS]


def run_step(words: Sequence[str], environment: dict[str, str]) -> float:
    """Run a verb and return the CPU seconds of it and its children.

    Raises:
        RuntimeError: it failed; the message has the end of what it said.
    """
    with tempfile.TemporaryFile() as said:
        actions = [(os.POSIX_SPAWN_DUP2, said.fileno(), 1), (os.POSIX_SPAWN_DUP2, said.fileno(), 2)]
        command = [sys.executable, "-m", "twiceshy", *words]
        child = os.posix_spawn(sys.executable, command, environment, file_actions=actions)
        status, usage = os.wait4(child, 0)[1:]
        if status:
            said.seek(0)
            raise RuntimeError(f"{words} ended with {status}: {said.read()[-2_000:].decode()}")
        return usage.ru_utime + usage.ru_stime
