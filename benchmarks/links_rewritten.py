"""Do links of sessions to commits survive rewritten history? Scripted repositories, whose truth is known.

``python -m benchmarks links_rewritten [--histories 200] [--seed 1] [--show]``: each history has one to three sessions
and a person on a branch; then it is rebased, amended, fixed up, squashed (by git here, or on a server), or picked. Half
of the repositories have our hooks (git's pairs of old and new are known), half were learned from before the rewrite. Of
a server's squash the branch is still there, or only ``refs/pull/N/head``, or nothing but what was learned before.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from benchmarks.scripted_work import HUMAN, Work, copies, function
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import text_of
from twiceshy.archive.note_rows import put_git_notes
from twiceshy.archive.session_links import links_of_session
from twiceshy.base.config import load
from twiceshy.judgement.recipes.judge_sessions import link_stored
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.logs.journal import make_session_uid
from twiceshy.logs.projects import find_project
from twiceshy.records.commits import Link
from twiceshy.records.git_hooks import GitEvent, GitNote, Rewritten

HOOK = '#!/bin/sh\ncat >> "$(git rev-parse --git-common-dir)/told"\n'


@dataclass
class History:
    """One repository, and which sessions have work in which commit."""

    work: Work
    kind: str
    hooked: bool
    learned_before: bool
    left: str
    """Of a server's squash, here: the branch, its ``refs/pull/N/head``, or nothing but what was learned before."""
    truth: dict[str, set[str]] = field(default_factory=dict)
    """Commit to sessions."""

    def note(self, commit: str, *sessions: str) -> str:
        """Note whose work a commit is."""
        self.truth[commit] = set(sessions) - {HUMAN}
        return commit


def begin(root: Path, rng: Random, kind: str) -> History:
    """Return a repository with a first commit, and a branch of two to five commits on it."""
    work = Work(root, rng)
    history = History(work, kind, rng.random() < 0.5, rng.random() < 0.5, rng.choice(["branch", "pull", "learned"]))
    history.learned_before |= kind == "server's squash" and history.left == "learned"
    if history.hooked:
        hook = work.repo / ".git" / "hooks" / "post-rewrite"
        hook.write_text(HOOK)
        hook.chmod(0o755)
    for number in range(3):
        work.change(HUMAN, f"base{number}.py", function(rng, HUMAN) + function(rng, HUMAN))
    history.note(work.commit(HUMAN, "Begin"))
    work.git("switch", "-q", "-c", "topic")
    sessions = [work.open_session(f"do part {number} of it") for number in range(rng.randint(1, 3))]
    for number in range(rng.randint(2, 5)):
        make_commit(history, rng.choice([*sessions, *sessions, HUMAN]), number)
    return history


def make_commit(history: History, writer: str, number: int) -> None:
    """Let somebody do something, and commit it; an agent's work is now and then committed by the person."""
    work, rng = history.work, history.work.rng
    path = rng.choice([f"base{number % 3}.py", f"new{rng.randint(0, 3)}.py"])
    lines = copies(work.files.get(path, []))
    how = rng.random()
    if not lines or how < 0.6:
        lines += function(rng, writer)
    elif how < 0.75:
        at = rng.choice([at for at, line in enumerate(lines) if line.text.strip()])
        del lines[at : at + 3]
    else:
        line = rng.choice([line for line in lines if line.text.strip()])
        line.text = f"{line.text}  # {rng.choice(['checked', 'later', 'see below'])} {rng.randint(1, 99)}"
    work.change(writer, path, lines)
    by = writer if writer == HUMAN or rng.random() < 0.6 else HUMAN
    history.note(work.commit(by, f"Change {path}, step {number}"), writer)


def move_main(history: History) -> None:
    """Let another person's commit come to main, in a file of the branch or in another one."""
    work = history.work
    work.git("switch", "-q", "main")
    kept = {path: copies(lines) for path, lines in work.files.items()}
    path = "base0.py" if work.rng.random() < 0.5 else "other.py"
    shown = (work.repo / path).read_text().splitlines() if (work.repo / path).exists() else []
    place = work.repo / path
    place.write_text("\n".join([f"# note {work.rng.randint(1, 10**6)} of another", "", *shown]) + "\n")
    work.git("add", "-A")
    work.git("commit", "-q", "-m", "Note", author="bob")
    history.note(work.head())
    work.files = kept


def branch_commits(history: History, name: str = "topic") -> list[str]:
    """Return the commits of the branch, oldest first."""
    return history.work.git("rev-list", "--reverse", f"main..{name}").split()


def follow(history: History, olds: list[str], news: list[str]) -> None:
    """Note that the new commits are the old ones, one by one."""
    if len(olds) != len(news):
        raise RuntimeError("a commit became empty")
    for old, new in zip(olds, news, strict=True):
        history.note(new, *history.truth[old])


def rebase(history: History) -> None:
    work, olds = history.work, branch_commits(history)
    move_main(history)
    work.wait(600, 90_000)
    work.git("switch", "-q", "topic")
    work.git("rebase", "-q", "main")
    follow(history, olds, branch_commits(history))


def amend(history: History) -> None:
    work = history.work
    last = branch_commits(history)[-1]
    work.wait(60, 9_000)
    if work.rng.random() < 0.5:
        (work.repo / "notes.md").write_text(f"note {work.rng.randint(1, 10**6)}\n")
        work.git("add", "-A")
    work.git("commit", "-q", "--amend", "-m", f"Better words {work.rng.randint(1, 99)}")
    history.note(work.head(), *history.truth[last])


def fixup(history: History) -> None:
    """A session mends its own commit, by a fixup that a rebase folds in."""
    work, rng = history.work, history.work.rng
    olds = branch_commits(history)
    target = rng.randrange(len(olds))
    writer = rng.choice([HUMAN, work.open_session("mend it")])
    work.change(writer, f"mend{rng.randint(1, 99)}.py", function(rng, writer))
    work.git("add", "-A")
    work.wait(5, 50)
    work.git("commit", "-q", "--fixup", olds[target])
    work.wait(60, 9_000)
    work.git("rebase", "-q", "-i", "--autosquash", "main", GIT_SEQUENCE_EDITOR="true")
    follow(history, olds, branch_commits(history))
    new = branch_commits(history)[target]
    history.note(new, *history.truth[olds[target]], writer)


def squash_in_rebase(history: History) -> None:
    work, olds = history.work, branch_commits(history)
    work.wait(60, 9_000)
    work.git("rebase", "-q", "-i", "main", GIT_SEQUENCE_EDITOR="sed -i -e '2,$s/^pick/squash/'")
    history.note(work.head(), *set().union(*(history.truth[old] for old in olds)))


def squash_here(history: History) -> None:
    work, olds = history.work, branch_commits(history)
    if work.rng.random() < 0.5:
        move_main(history)
    work.git("switch", "-q", "main")
    work.wait(60, 90_000)
    work.git("merge", "-q", "--squash", "topic")
    work.git("commit", "-q", *(("--no-edit",) if work.rng.random() < 0.5 else ("-m", "All of it")))
    history.note(work.head(), *set().union(*(history.truth[old] for old in olds)))


def pick(history: History) -> None:
    work, olds = history.work, branch_commits(history)
    move_main(history)
    work.wait(60, 90_000)
    said = ["-x"] if work.rng.random() < 0.5 else []
    work.git("cherry-pick", *said, *olds)
    follow(history, olds, work.git("rev-list", "--reverse", f"-n{len(olds)}", "HEAD").split())


def squash_on_server(history: History) -> None:
    """As hosts do it: another committer, subjects in a list, a number; the branch is then gone there."""
    work, olds = history.work, branch_commits(history)
    number = work.rng.randint(1, 999)
    if work.rng.random() < 0.6:
        move_main(history)
    subjects = "\n\n".join(f"* {work.git('log', '-1', '--format=%s', old)}" for old in olds)
    work.wait(600, 200_000)
    tree = work.git("merge-tree", "--write-tree", "main", "topic").split()[0]
    message = f"Topic (#{number})\n\n{subjects}"
    made = work.git("commit-tree", tree, "-p", "main", "-m", message, committer="host")
    work.git("switch", "-q", "main")
    work.git("reset", "-q", "--hard", made)
    if history.left != "branch":
        if history.left == "pull":
            work.git("update-ref", f"refs/pull/{number}/head", "topic")
        work.git("branch", "-q", "-D", "topic")
    history.note(made, *set().union(*(history.truth[old] for old in olds)))


KINDS: dict[str, Callable[[History], None]] = {
    "rebase": rebase,
    "amend": amend,
    "fixup": fixup,
    "squash in rebase": squash_in_rebase,
    "squash merge": squash_here,
    "cherry-pick": pick,
    "server's squash": squash_on_server,
}


def rewrite(history: History) -> bool:
    """Rewrite the history; False where git stops at a conflict, which says nothing about links."""
    plan = Random(history.work.rng.random())
    history.work.rng = plan
    try:
        KINDS[history.kind](history)
    except RuntimeError:
        return False
    return True


def learn(folder: Path, histories: list[History]) -> None:
    """Read logs and commits of these, fold what hooks were told, and link."""
    config = load({"home": str(folder / "home"), "ingest.processes": "1"}, {}, folder)
    for history in histories:
        history.work.save_logs(folder / "claude")
    ingest([folder / "claude"], config)
    with Store.open(config.home) as store:
        for history in histories:
            told = history.work.repo / ".git" / "told"
            if told.exists():
                pairs = tuple(Rewritten(*row.split()[:2]) for row in told.read_text().splitlines())
                note = GitNote(
                    uid=history.work.root.name.encode().ljust(16)[:16],
                    repository=b"r" * 8,
                    event=GitEvent.REWRITE,
                    at=datetime.now(UTC),
                    rewritten=pairs,
                )
                identity = find_project(history.work.repo).identity
                with store.begin_writing() as connection:
                    put_git_notes(connection, text_of(identity), [note])
    link_stored(config)


def judge(folder: Path, histories: list[History], *, show: bool) -> dict[str, Counter[str]]:
    """Return by kind how many links were kept, lost and wrong, of all commits that a branch has now."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with Store.open(folder / "home", readonly=True) as store:
        for history in histories:
            alive = set(history.work.git("rev-list", "--branches").split())
            new = set(history.work.git("rev-list", "HEAD").split())
            truth = {(s, one) for one in new for s in history.truth.get(one, ())}
            found = dict[tuple[str, str], Link]()
            for session in history.work.logs:
                uid = make_session_uid("claude-code", session)
                found |= {(session, one.commit_hash): one for one in links_of_session(store, uid)}
            said = {pair for pair in found if pair[1] in alive}
            whole = {(s, one) for one in alive for s in history.truth.get(one, ())}
            tally = counts[history.kind]
            tally.update(truth=len(truth), kept=len(truth & said), found=len(said), wrong=len(said - whole))
            tally["histories"] += 1
            if show:
                name = f"{history.kind} {history.work.root.name} hooked={history.hooked}"
                for session, commit in sorted(truth - said):
                    print("lost", name, f"before={history.learned_before}", session[:8], commit[:8])
                for pair in sorted(said - whole):
                    print("wrong", name, pair[0][:8], pair[1][:8], found[pair].confidence, found[pair].evidence)
    return counts


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks links_rewritten")
    parser.add_argument("--histories", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="name what was lost or wrong")
    parser.add_argument("--keep", help="a new folder to work in, which is kept")
    args = parser.parse_args(argv)
    folder = Path(args.keep) if args.keep else Path(tempfile.mkdtemp(prefix="twiceshy-links-"))
    folder.mkdir(exist_ok=True)
    os.environ["GIT_CONFIG_NOSYSTEM"] = "1"
    try:
        report(folder, args.histories, args.seed, show=args.show)
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)


def report(folder: Path, count: int, seed: int, *, show: bool = False) -> Counter[str]:
    """Make the histories, learn from them, and print what was kept."""
    rng = Random(seed)
    kinds = list(KINDS)
    histories = [begin(folder / f"h{n:03}", Random(rng.random()), kinds[n % len(kinds)]) for n in range(count)]
    learn(folder, [one for one in histories if one.learned_before])
    histories = [one for one in histories if rewrite(one)]
    before = time.process_time()
    learn(folder, histories)
    counts = judge(folder, histories, show=show)
    total: Counter[str] = sum(counts.values(), Counter())
    for kind, tally in [*counts.items(), ("all", total)]:
        print(
            f"{kind:18} {tally['histories']:4} histories {tally['kept']:5} of {tally['truth']:5} links kept "
            f"({tally['kept'] / max(1, tally['truth']):.3f}), {tally['wrong']} of {tally['found']} wrong "
            f"({tally['wrong'] / max(1, tally['found']):.3f})"
        )
    print(f"learned in {time.process_time() - before:.1f} s CPU")
    return total
