"""What hooks of git cost a commit, and whether a thousand scripted ones are all noted, once, and nothing else is.

``cost``: ``git commit`` in a repository without and in one with our hooks, in turns, while 100 sessions live: each is a
process whose hook notes are in the spool, and somebody writes to their files all the time. What is added is the
difference within each pair. ``guard``: commits, amendments, rebases of 20, cherry-picks, reverts, merges, squashes and
work trees, `learn` in between; every commit that git's own log of HEAD names must be noted, every reachable one stored,
none of memory's, and `learn` once more changes nothing.
"""

import argparse
import os
import random
import resource
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import scratch_environment
from twiceshy.archive.db import Store
from twiceshy.archive.note_rows import read_git_notes
from twiceshy.archive.reads.commits import read_stored_commits
from twiceshy.base.config import Config, load
from twiceshy.logs.history.fold_git_notes import fold_git_notes
from twiceshy.logs.history.new_commits import collect_commits
from twiceshy.logs.projects import find_project
from twiceshy.recipes.setup.git_hooks import install_git_hooks, plan_git_hooks
from twiceshy_git.share.write_memory import write_memories

SESSIONS = 100
GOAL_MS = (10.0, 25.0)
"""Median and 95th percentile of what a commit may cost more (given, 2026-11-23)."""
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
}
SETTINGS = "[gc]\n\tauto = 0\n[init]\n\tdefaultBranch = main\n"
MEMORY_FILE = ".twiceshy/memory/part.zst"


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks git_hooks", description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="commits with and without hooks; 0: leave that out")
    parser.add_argument("--commits", type=int, default=1000, help="scripted commits; 0: leave that out")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = scratch_environment(Path(name)) | IDENTITY
        os.environ.update(environment)
        os.environ.pop("TWICESHY_ENABLED", None)
        (Path(name) / "gitconfig").write_text(
            "[gc]\n\tauto = 0\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n"
        )
        config = load({}, environment, Path(name))
        if args.runs:
            print(describe_cost(measure_cost(config, Path(name), args.runs)))
        if args.commits:
            print(describe_guard(check_guard(config, Path(name) / "guard", args.commits, args.seed)))


def git(folder: Path, *words: str, environment: dict[str, str] | None = None) -> str:
    """Call git; it must go well."""
    command = ["git", "-C", str(folder), *words]
    env = None if environment is None else os.environ | environment
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        raise RuntimeError(f"git {' '.join(words)}: {done.stdout} {done.stderr}")
    return done.stdout


def make_repository(top: Path) -> Path:
    """Make one with a first commit and some files, as a project has them."""
    top.mkdir(parents=True)
    git(top, "init", "-q")
    for at in range(200):
        (top / f"file{at}.txt").write_text(f"{at}\n" * 50)
    git(top, "add", "-A")
    git(top, "commit", "-qm", "first")
    return top


class CommitTimes(NamedTuple):
    """What one commit took."""

    wall_ms: float
    cpu_ms: float
    """Of git and what it started: it does not depend on what else the machine does."""


class CostFigures(NamedTuple):
    """What 200 pairs of commits took."""

    bare: list[CommitTimes]
    hooked: list[CommitTimes]
    noted: int
    """Notes that are in the spool afterwards."""

    def added(self) -> list[CommitTimes]:
        """What the commit with hooks took more in each pair."""
        return [
            CommitTimes(*(more - less for more, less in zip(hooked, bare, strict=True)))
            for bare, hooked in zip(self.bare, self.hooked, strict=True)
        ]


def measure_cost(config: Config, folder: Path, runs: int) -> CostFigures:
    """Commit in turns, the order of each pair by lot."""
    rng = random.Random(1)  # an order
    bare, hooked = make_repository(folder / "bare"), make_repository(folder / "hooked")
    install_git_hooks(config, plan_git_hooks(config, hooked))
    times: dict[Path, list[CommitTimes]] = {bare: [], hooked: []}
    with live_sessions(config):
        for at in range(runs):
            for top in rng.sample([bare, hooked], 2):
                (top / "file0.txt").write_text(f"run {at}\n")
                times[top].append(time_commit(top, f"run {at}"))
    return CostFigures(times[bare], times[hooked], count_lines(config))


def time_commit(top: Path, message: str) -> CommitTimes:
    """Commit what has changed, and measure it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    git(top, "commit", "-qam", message)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return CommitTimes(wall * 1000, cpu * 1000)


def count_lines(config: Config) -> int:
    """Count the notes of commits in the spool."""
    return sum(path.read_bytes().count(b'{"e":"post-commit"') for path in (config.home / "spool").glob("git-*"))


@contextmanager
def live_sessions(config: Config) -> Iterator[None]:
    """Keep 100 sessions alive: a process each, and somebody who writes to their files in the spool."""
    processes = [subprocess.Popen(["sleep", "3600"]) for _ in range(SESSIONS)]
    ended = threading.Event()

    def write() -> None:
        while not ended.wait(0.01):
            at = random.randrange(SESSIONS)  # no secret
            line = f'\n{{"t":{int(time.time() * 1000)},"a":"claude-code","e":"PreToolUse","s":"live-{at}","k":"run"}}'
            with (config.home / "spool" / f"live-{at}.jsonl").open("a") as file:
                file.write(line)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        yield
    finally:
        ended.set()
        writer.join()
        for process in processes:
            process.kill()
            process.wait()


def describe_cost(found: CostFigures) -> str:
    """Say what a commit costs more, and whether that is within the goal."""
    added = found.added()
    lines = [f"cost: {len(added)} pairs of `git commit`, {SESSIONS} live sessions, load {os.getloadavg()[0]:.1f}"]
    for name, times in (("without hooks", found.bare), ("with hooks", found.hooked), ("added in a pair", added)):
        wall, cpu = [one.wall_ms for one in times], [one.cpu_ms for one in times]
        words = [
            f"median {statistics.median(part):.1f} ms, p95 {percentile(part, 0.95):.1f} ms" for part in (wall, cpu)
        ]
        lines.append(f"  {name}: wall {words[0]}; CPU {words[1]}")
    wall = [one.wall_ms for one in added]
    within = statistics.median(wall) <= GOAL_MS[0] and percentile(wall, 0.95) <= GOAL_MS[1]
    lines.append(f"  goal {GOAL_MS[0]:g} / {GOAL_MS[1]:g} ms: {'kept' if within else 'missed'}")
    return "\n".join([*lines, f"  noted: {found.noted} of {len(added)}"])


def describe_times(values: Sequence[float]) -> str:
    """Say how long it took mostly and at worst."""
    return f"median {statistics.median(values):.1f} ms, p95 {percentile(values, 0.95):.1f} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of them lies."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


class GuardFigures(NamedTuple):
    """What became of scripted commits."""

    made: int
    """Commits that git's logs of HEAD name as new, in all work trees."""
    reachable: int
    unnoted: list[str]
    """Made, and in no note."""
    unstored: list[str]
    """Reachable, no memory, and not stored."""
    loops: list[str]
    """Stored, and memory itself."""
    again: tuple[int, int, int]
    """New notes, commits and facts of memory when all is read once more."""
    foreign_refs: list[str]
    """References of ours in the user's repository."""


class Script:
    """A repository in which things happen, by lot."""

    def __init__(self, top: Path, seed: int) -> None:
        self.top = make_repository(top)
        self.rng = random.Random(seed)  # a script
        self.steps = 0
        self.tree = self.top.with_name("tree")
        self.memory: set[str] = set()
        git(self.top, "worktree", "add", "-q", "-b", "side", str(self.tree))
        self.commit(self.top, 3)

    def commit(self, folder: Path, count: int = 1, *words: str, path: str = "") -> None:
        """Make some commits, each of a file of its own, so that nothing conflicts."""
        for _ in range(count):
            self.steps += 1
            file = folder / (path or f"step{self.steps}.txt")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{self.steps} {self.rng.random()}\n")
            git(folder, "add", str(file.relative_to(folder)))
            git(folder, "commit", "-qm", f"data: step {self.steps}", *words)

    def amend(self) -> None:
        """Change the newest commit."""
        self.commit(self.top, 1, "--amend")

    def rebase(self) -> None:
        """Put 20 commits onto another base, two of them made one; by lot with the other of git's two ways."""
        git(self.top, "checkout", "-qb", f"topic{self.steps}", f"HEAD~{self.rng.randint(1, 3)}")
        self.commit(self.top, 20)
        way = ["--apply"] if self.rng.random() < 0.3 else ["-i", "--autosquash"]  # a share
        if "-i" in way:
            head = git(self.top, "rev-parse", "HEAD~5").strip()
            self.commit(self.top, 1, f"--fixup={head}")
        git(self.top, "rebase", "-q", *way, "main", environment={"GIT_SEQUENCE_EDITOR": ":", "GIT_EDITOR": ":"})
        self.join()

    def join(self) -> None:
        """Take the branch of now into the main one: fast-forward, by a merge or as one commit."""
        branch = git(self.top, "rev-parse", "--abbrev-ref", "HEAD").strip()
        git(self.top, "checkout", "-q", "main")
        way = self.rng.choice(["--ff", "--no-ff", "--squash"])
        git(self.top, "merge", "-q", way, *(["-m", "merge"] if way == "--no-ff" else []), branch)
        if way == "--squash":
            git(self.top, "commit", "-qm", f"squashed {self.steps}")
        git(self.top, "branch", "-qD", branch)

    def pick(self) -> None:
        """Take commits over from the other work tree, or take one back."""
        self.commit(self.tree, 3)
        git(self.top, "cherry-pick", "side~2..side", environment={"GIT_EDITOR": ":"})
        git(self.top, "revert", "--no-edit", "HEAD")

    def merge(self) -> None:
        """Bring the main line into the other work tree."""
        self.commit(self.tree)
        git(self.tree, "merge", "-q", "-m", "merge main", "main")

    def remember(self) -> None:
        """Copy memory into the branch, as a person might: such a commit is never recorded."""
        words = self.rng.choice([(), ("--trailer", "Twiceshy-Memory: 1")])
        self.commit(self.top, 1, *words, path=MEMORY_FILE if not words else "")
        self.memory.add(git(self.top, "rev-parse", "HEAD").strip())

    def run_one(self) -> None:
        """Let one thing happen."""
        kinds = [(self.amend, 4), (self.rebase, 1), (self.pick, 2), (self.merge, 2), (self.remember, 2)]
        chosen = self.rng.choices([*(kind for kind, _ in kinds), None], [*(weight for _, weight in kinds), 8])[0]
        if chosen is None:
            self.commit(self.rng.choice([self.top, self.tree]), 3)
        else:
            chosen()


def check_guard(config: Config, folder: Path, commits: int, seed: int) -> GuardFigures:
    """Run the script until so many commits are made, `learn`'s own steps in between, and compare with git's word."""
    script = Script(folder / "work", seed)
    install_git_hooks(config, plan_git_hooks(config, script.top))
    before = list_made(script)
    while len(list_made(script) - before) < commits:
        for _ in range(8):
            script.run_one()
        learn_of_git(config)
    learn_of_git(config)
    again = learn_of_git(config)
    with Store.open(config.home, readonly=True) as store:
        identity = find_project(script.top).identity
        notes = list(read_git_notes(store.connection, identity))
        stored = {one.hash: one for one in read_stored_commits(store.connection, identity)}
    noted = {note.hash for note in notes} | {pair.new for note in notes for pair in note.rewritten}
    made = list_made(script) - before
    reachable = set(git(script.top, "rev-list", "--all").split())
    refs = git(script.top, "for-each-ref", "--format=%(refname)").split()
    return GuardFigures(
        made=len(made),
        reachable=len(reachable),
        unnoted=sorted(made - noted),
        unstored=sorted(reachable - stored.keys() - script.memory),
        loops=sorted(script.memory & stored.keys()),
        again=again,
        foreign_refs=[ref for ref in refs if "twiceshy" in ref],
    )


def learn_of_git(config: Config) -> tuple[int, int, int]:
    """Do what `learn` does about hooks, commits and memory; return how many of each were new."""
    return fold_git_notes(config).new, collect_commits(config), write_memories(config)


def list_made(script: Script) -> set[str]:
    """List every commit at which HEAD ever stood, in both work trees, as git's own logs say."""
    logs = [script.top / ".git" / "logs" / "HEAD", *(script.top / ".git" / "worktrees").glob("*/logs/HEAD")]
    return {line.split(" ", 2)[1] for log in logs for line in log.read_text().splitlines()}


def describe_guard(found: GuardFigures) -> str:
    """Say what was missed or made twice."""
    missed = f"not noted {len(found.unnoted)}, reachable and not stored {len(found.unstored)}"
    extra = f"memory recorded {len(found.loops)}, references of ours among the user's {len(found.foreign_refs)}"
    return "\n".join(
        [
            f"guard: {found.made} scripted commits, {found.reachable} reachable at the end",
            f"  {missed}, {extra}",
            f"  read once more: {found.again[0]} new notes, {found.again[1]} new commits, {found.again[2]} new facts",
        ]
    )
