"""A scripted repository in which agents and people work by turns, and the truth about every line of it.

Each line knows who wrote it: the benchmarks of links and of attributed lines compare with that. Logs are written as
Claude Code writes them; the commits are git's own. Nothing here is anybody's real work. It is no benchmark itself.
"""

import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from twiceshy.recipes.demo.sample_log import SessionLog

HUMAN = "human"
NOUNS = (
    *("order", "basket", "price", "user", "token", "invoice", "stock", "route", "event", "batch", "ledger", "quota"),
    *("margin", "parcel", "voucher", "refund", "carrier", "locale", "widget", "cursor", "planet", "thread", "signal"),
)
VERBS = ("load", "save", "find", "merge", "count", "parse", "send", "check", "split", "rank", "trim", "pack", "scan")
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass
class Line:
    """One line, and who wrote it: ``human`` or the id of an agent's session."""

    text: str
    writers: set[str]

    @property
    def truth(self) -> tuple[str, str]:
        """Kind of writer, and the session if an agent took part."""
        agents = sorted(self.writers - {HUMAN})
        if not agents:
            return "human", ""
        return ("mixed" if HUMAN in self.writers else "agent"), agents[0]


@dataclass
class Work:
    """One repository, its files with the truth, and a clock that all share."""

    root: Path
    rng: Random
    repo: Path = field(init=False)
    files: dict[str, list[Line]] = field(default_factory=dict)
    now: datetime = START
    logs: dict[str, SessionLog] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.repo = self.root / "repo"
        self.repo.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, author: str = "ann", committer: str = "", check: bool = True, **more: str) -> str:
        """Run git at the script's time."""
        self.now += timedelta(seconds=self.rng.randint(2, 20))
        stamp = f"{int(self.now.timestamp())} +0100"
        who = {
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": f"{author}@example.org",
            "GIT_COMMITTER_NAME": committer or author,
            "GIT_COMMITTER_EMAIL": f"{committer or author}@example.org",
            "GIT_AUTHOR_DATE": stamp,
            "GIT_COMMITTER_DATE": stamp,
            "GIT_EDITOR": "true",
        }
        done = subprocess.run(
            ["git", "-C", str(self.repo), *words],
            capture_output=True,
            text=True,
            env={**os.environ, **who, **more},
            check=False,
        )
        if check and done.returncode:
            raise RuntimeError(f"git {' '.join(words)}: {done.stderr or done.stdout}")
        return done.stdout.strip()

    def wait(self, low_s: float, high_s: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=self.rng.uniform(low_s, high_s))

    def text(self, path: str) -> str:
        """Return a file's text."""
        return "".join(f"{line.text}\n" for line in self.files.get(path, ()))

    def write(self, path: str) -> None:
        """Write a file into the work tree."""
        place = self.repo / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(self.text(path), encoding="utf-8")

    def open_session(self, prompt: str) -> str:
        """Begin an agent's session; return its id."""
        self.wait(60, 900)
        log = SessionLog(self.rng, str(self.repo), self.now, "claude-sonnet-4-5-20250929")
        log.prompt(prompt)
        self.logs[log.id] = log
        self.now = log.at
        return log.id

    def ask(self, session: str, prompt: str) -> None:
        """Let the person prompt a session again."""
        log = self._at_now(session)
        log.prompt(prompt)
        self.now = log.at

    def _at_now(self, session: str) -> SessionLog:
        log = self.logs[session]
        log.at = max(log.at, self.now)
        return log

    def change(self, writer: str, path: str, lines: list[Line]) -> None:
        """Let somebody give a file these lines; an agent by its edit tool, a person in an editor."""
        before = self.text(path)
        new = path not in self.files
        self.files[path] = lines
        after = self.text(path)
        if writer != HUMAN:
            log = self._at_now(writer)
            if new:
                file = f"{log.cwd}/{path}"
                call = log.call("Write", file_path=file, content=after)
                told = {"type": "create", "filePath": file, "content": after, "structuredPatch": []}
                log.result(call, f"File created successfully at: {file}", told)
            else:
                old, fresh = differing(before, after)
                log.edit(path, before, old, fresh)
            self.now = log.at
        else:
            self.wait(20, 200)
        self.write(path)

    def commit(self, by: str, message: str, paths: Sequence[str] = ()) -> str:
        """Commit what there is; an agent by its shell. Return the hash."""
        self.git("add", "-A", *(("--", *paths) if paths else ()))
        if by == HUMAN:
            self.wait(5, 60)
            self.git("commit", "-q", "-m", message)
            return self.head()
        log = self._at_now(by)
        call = log.call("Bash", command=f"git add -A && git commit -m '{message}'", description="Commit")
        self.now = log.at
        printed = self.git("commit", "-m", message)
        log.at = self.now
        log.result(call, printed, {"stdout": printed, "stderr": "", "interrupted": False, "isImage": False})
        self.now = log.at
        return self.head()

    def head(self) -> str:
        """Return the hash of HEAD."""
        return self.git("rev-parse", "HEAD")

    def save_logs(self, folder: Path) -> None:
        """Write the sessions' logs below a folder, as the agent does."""
        place = folder / "projects" / str(self.repo).replace("/", "-")
        place.mkdir(parents=True, exist_ok=True)
        for name, log in self.logs.items():
            (place / f"{name}.jsonl").write_text("\n".join(log.lines) + "\n", encoding="utf-8")


def differing(before: str, after: str) -> tuple[str, str]:
    """Return the whole lines that differ, with so much around them that the old ones stand there once."""
    old, new = before.split("\n"), after.split("\n")
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    while True:
        left, right = "\n".join(old[start : len(old) - end]), "\n".join(new[start : len(new) - end])
        if left and before.count(left) == 1:
            return left, right
        if start == 0 and end == 0:
            return left, right
        start, end = max(0, start - 1), max(0, end - 1)


def words(rng: Random) -> tuple[str, str, str]:
    """Return a verb and two nouns."""
    first, second = rng.sample(NOUNS, 2)
    return rng.choice(VERBS), first, second


def function(rng: Random, writer: str) -> list[Line]:
    """Return the lines of an invented function; some are in many functions."""
    verb, noun, other = words(rng)
    number = rng.randint(2, 99)
    rows = [
        f"def {verb}_{noun}_{other}({noun}, {other}, limit={number}):",
        f'    """{verb.capitalize()} each {noun} of a {other}."""',
        "    found = []",
        f"    for {noun}_id in {other}.{noun}s[:limit]:",
        f"        {noun} = {verb}_{noun}({noun}_id, {other}.key)",
        f"        if {noun}.{rng.choice(NOUNS)} > {number}:",
        "            continue",
        f"        found.append({noun}.{verb}({other}.{rng.choice(NOUNS)}, {rng.randint(2, 999)}))",
        "    return found",
    ]
    keep = [row for row in rows if rng.random() > 0.1 or row.startswith("def")]
    return [Line(row, {writer}) for row in [*keep, "", ""]]


def copies(lines: Iterable[Line]) -> list[Line]:
    """Return lines that can be changed without changing these."""
    return [Line(line.text, set(line.writers)) for line in lines]
