"""Sessions and people who write into a real scratch repository at stated times, without a clock or a network."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.commit_links import link
from twiceshy.logs.edits import hash_lines
from twiceshy.logs.git import read_commits
from twiceshy.records.commits import GitRun, Link, StoredCommit, Touch, Trace

SALT = b"s" * 32
NOON = 1_790_000_000
"""Seconds since 1970: 2026-09-21."""


def words(name: str, count: int = 12) -> list[str]:
    """Lines that stand nowhere else."""
    return [f"value_{number} = make_{name}({number})" for number in range(count)]


@dataclass
class Repo:
    """A scratch repository whose clock stands where it is told."""

    path: Path
    now: int = NOON

    def git(self, *arguments: str, editor: str = "true") -> str:
        when = f"{self.now} +0000"
        return subprocess.run(
            ["git", "-C", str(self.path), *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ
            | {
                "GIT_AUTHOR_DATE": when,
                "GIT_COMMITTER_DATE": when,
                "GIT_EDITOR": "true",
                "GIT_SEQUENCE_EDITOR": editor,
            },
        ).stdout.strip()

    def started(self) -> "Repo":
        self.path.mkdir()
        self.git("init", "-q", "-b", "main")
        return self

    def write(self, name: str, lines: Sequence[str]) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in lines))

    def commit(self, message: str, *arguments: str) -> str:
        """A person's commit of all there is; its hash."""
        self.now += 60
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message, *arguments)
        return self.head()

    def head(self, name: str = "HEAD") -> str:
        return self.git("rev-parse", name)

    def stored(self) -> list[StoredCommit]:
        """What the archive would have: nothing here is a secret."""
        return [cast("StoredCommit", one) for one in read_commits(self.path, salt=SALT)]


@dataclass
class Worker:
    """A session that writes files and may commit them itself."""

    repo: Repo
    name: str
    agent: str = "claude-code"
    touches: list[Touch] = field(default_factory=list)
    runs: list[GitRun] = field(default_factory=list)

    def edit(self, name: str, lines: Sequence[str], before: Sequence[str] = ()) -> "Worker":
        """The file has these lines now; ``before`` were there already."""
        self.repo.now += 30
        self.repo.write(name, [*before, *lines])
        added = hash_lines(lines, SALT)
        self.touches.append(Touch(float(self.repo.now), self.call(), Scrubbed(name), added))
        return self

    def call(self) -> bytes:
        return f"{self.name}{len(self.touches):02}".encode().ljust(16, b".")[:16]

    def commit(self, message: str, *arguments: str) -> str:
        """The session's own commit, with what git prints; its hash."""
        before = self.repo.now
        self.repo.now += 10
        self.repo.git("add", "-A")
        said = self.repo.git("commit", "-m", message, *arguments)
        command = " ".join(["git add -A && git commit -m", repr(message), *arguments])
        run = GitRun(float(before), float(self.repo.now + 2), b"g" * 16, Scrubbed(command), Scrubbed(said))
        self.runs.append(run)
        return self.repo.head()

    def trace(self) -> Trace:
        return Trace(
            session=self.name.encode(),
            agent=self.agent,
            native_id=Scrubbed(f"{self.name}-0000-id"),
            first_at=float(NOON),
            last_at=float(self.repo.now),
            touches=tuple(self.touches),
            git_runs=tuple(self.runs),
        )


def linked(repo: Repo, *workers: Worker) -> dict[str, list[str]]:
    """For each session's name the hashes of its commits, in order."""
    found: dict[str, list[str]] = {worker.name: [] for worker in workers}
    for one in all_links(repo, *workers):
        found[one.session.decode()].append(one.commit_hash)
    return {name: [one.hash for one in repo.stored() if one.hash in hashes] for name, hashes in found.items()}


def all_links(repo: Repo, *workers: Worker) -> list[Link]:
    """The links of these sessions."""
    return link([worker.trace() for worker in workers], repo.stored())
