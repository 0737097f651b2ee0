"""Are the files that a brief names edited in the session? Asked by the first prompt, of the commits before it.

``python -m benchmarks brief_files HOME NAME=REPOSITORY ...``: HOME is a data folder into which logs were read and that
was judged; NAME is a project there. A file is right where the session edited it, and touched where it read it; a
session without an edit counts too. The general model ranks, as it does where nobody trained one.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.briefs_said import FIRST_PROMPTS
from twiceshy.archive.db import Store
from twiceshy.archive.reads.text import read_whole
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.values import Scope
from twiceshy.logs.commit_words import read_changes
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.predictions import PredictedFile
from twiceshy_git.predict.hints import MOST_FILES, strip_addresses
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import load_general_model
from twiceshy_git.predict.rank import rank_files
from twiceshy_git.predict.ranking_task import build_task

LONGEST = 4_000
LEAST = (0.3, 0.4, 0.5, 0.6, 0.7)
EDITS = frozenset({"edit", "write"})


def main(argv: Sequence[str]) -> None:
    """Print for each project and least probability how many files were named, and how many were right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("repositories", nargs="+", metavar="NAME=REPOSITORY")
    args = parser.parse_args(argv)
    with Store.open(args.home, readonly=True) as store:
        sessions = list(read_attempts(store.connection, Scope()))
        prompts = read_first_prompts(store)
    for name, repo in (one.split("=", 1) for one in args.repositories):
        mine = [one for one in sessions if one.project_name == name and one.first_at and prompts.get(one.session)]
        found = list(rank_sessions(Path(repo), mine, prompts))
        slowest = max((seconds for *_, seconds in found), default=0.0)
        print(f"\n{name}: {len(found)} first prompts, {sum(bool(edited) for _, edited, _, _ in found)} with an edit")
        for least in LEAST:
            named = [
                (one.path, edited, touched)
                for files, edited, touched, _ in found
                for one in files
                if (one.probability or 0.0) >= least
            ]
            prompts_with = sum(any((one.probability or 0.0) >= least for one in files) for files, *_ in found)
            seen = sum(any(path.endswith(f"/{file}") for path in touched) for file, _, touched in named)
            right = sum(any(path.endswith(f"/{file}") for path in edited) for file, edited, _ in named)
            share = right / len(named) if named else 0.0
            says = f"{right} of {len(named)} edited ({share:.2f}), {seen} touched"
            print(f"  from {least}: {says}, at {prompts_with} prompts")
        print(f"  ranking took at most {1000 * slowest:.0f} ms")


def read_first_prompts(store: Store) -> dict[bytes, str]:
    """The beginning of the first prompt of each session, as long as a brief reads it."""
    rows = store.connection.execute(FIRST_PROMPTS).fetchall()
    return {uid: read_whole(store, text, body)[:LONGEST] for uid, text, body in rows}


def rank_sessions(
    repo: Path, sessions: Sequence[SessionAttempts], prompts: dict[bytes, str]
) -> Iterator[tuple[tuple[PredictedFile, ...], set[str], set[str], float]]:
    """Yield for each session what would be named, what it edited, what it edited or read, and the ranking's seconds."""
    index, model = Index(), load_general_model()
    waiting = sorted(sessions, key=lambda one: -(one.first_at or 0.0))
    changes = read_changes(repo, salt=b"")
    change = next(changes, None)
    while waiting:
        session = waiting.pop()
        at = session.first_at or 0.0
        while change is not None and change.at < at:
            index.learn(change)
            change = next(changes, None)
        began = time.perf_counter()
        task = build_task(index, strip_addresses(prompts[session.session]), at=int(at), author="")
        files = tuple(rank_files(index, task, model, MOST_FILES)) if task.words or task.seeds else ()
        took = time.perf_counter() - began
        edited = {f"/{one.path}" for one in session.attempts if one.action in EDITS and one.path}
        yield files, edited, {f"/{one.path}" for one in session.attempts if one.path}, took
