"""Writing the memory of a long history: the first time, when nothing changed, after one commit, after one session.

``python -m benchmarks memory_again [--commits 45000] [--sessions 200]``. Commits of one to eight files and sessions are
made up and put straight into a store; the wall time of ``write_memory``, the least of five where nothing changed.
"""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from tests.archive.conftest import Log, stored

from twiceshy.archive.commit_rows import add_commits
from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.values import Scrubbed
from twiceshy.records.commits import Commit, CommitFile, StoredCommit
from twiceshy_git.share.kept_repositories import KeptRepository, find_repository
from twiceshy_git.share.write_memory import write_memory

START = datetime(2016, 1, 1, tzinfo=UTC)
SEED = 7


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="memory_again")
    parser.add_argument("--commits", type=int, default=45_000)
    parser.add_argument("--sessions", type=int, default=200)
    args = parser.parse_args(list(words))
    random = Random(SEED)
    with tempfile.TemporaryDirectory(prefix="again") as name:
        repo = Path(name, "shop")
        subprocess.run(["git", "init", "-q", str(repo)], check=True)
        config = replace(load({"home": str(Path(name, "data"))}, {}, repo), memory_keep="all")
        with Store.open(config.home) as store:
            repository = find_repository(store, config, repo)
            put_commits(store, repository, make_history(args.commits, random))
            for number in range(args.sessions):
                put_session(store, repository, number)
            show("first", [timed(lambda: write_memory(store, config, repository))])
            write_memory(store, config, repository)
            show("nothing changed", [timed(lambda: write_memory(store, config, repository)) for _ in range(5)])
            put_session(store, repository, args.sessions)
            show("one session more", [timed(lambda: write_memory(store, config, repository))])
            put_commits(store, repository, [make_commit(args.commits, random)])
            show("one commit more", [timed(lambda: write_memory(store, config, repository))])


def timed(work: Callable[[], object]) -> float:
    """Return the wall seconds that something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def show(name: str, seconds: Sequence[float]) -> None:
    """Print the least of some times."""
    print(f"{name:18} {min(seconds) * 1000:10.1f} ms", flush=True)


def put_commits(store: Store, repository: KeptRepository, commits: Sequence[StoredCommit]) -> None:
    """Store commits of the repository's project."""
    with store.begin_writing() as connection:
        add_commits(connection, repository.project, commits)


def put_session(store: Store, repository: KeptRepository, number: int) -> None:
    """Store a session that edits a file."""
    log = Log(f"work{number}", repository.project, START + timedelta(hours=number))
    log.opened(cwd=str(repository.top)).prompt(f"do part {number}").call("look", "make test").result("look", "ok")
    stored(store, log.call("write", tool="Edit").edit("write", "", f"part{number} = {number}\n").reply("done"))


def make_history(count: int, random: Random) -> list[StoredCommit]:
    """Return commits, oldest first."""
    return [make_commit(number, random) for number in range(count)]


def make_commit(number: int, random: Random) -> StoredCommit:
    """Return one commit of a line of them."""
    at = START + timedelta(hours=2 * number)
    files = sorted({f"src/part{random.randrange(40)}/module{random.randrange(60)}.py" for _ in range(1 + number % 8)})
    return Commit(
        hash=f"{number + 1:040x}",
        parents=(f"{number:040x}",) if number else (),
        author=random.randbytes(1) * 8,
        authored_at=at,
        authored_offset_min=0,
        committed_at=at,
        subject=Scrubbed(f"Change part {number} for {random.randrange(10**6)} reasons"),
        body=Scrubbed("Because of what was said of it before. " * (number % 5)),
        tree=random.randbytes(20).hex(),
        branch=None,
        amends=None,
        trailers=(),
        patch_id=random.randbytes(20).hex(),
        files=tuple(
            CommitFile(path=Scrubbed(path), old_path=None, added=9, removed=4, added_hashes=random.randbytes(72))
            for path in files
        ),
    )
