"""Do we call as many lines of a commit new as git does? Real histories, each commit as the work of one session.

``python -m benchmarks new_lines REPOSITORY... [--commits 10000] [--show]``: of each repository the newest commits that
are no merges. Their changes are taken for the edits of one session that is linked to all of them, which is the hardest
case: each edit of a file was committed before the next one. Every third commit has no edit, as if a person made it.

Of each commit three things are asked of git itself, by another call than ours: how many lines it added; whether all
other lines of a file stood in it before; and whether the words of each line that is said to be only moved stand in what
the commit took out. Then its git-ai note is read back by the standard's rules: lines of the commit's own change only,
keys that lead to an entry, ranges in order.
"""

import argparse
import re
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from twiceshy.archive.reads.authorship import FileEdit
from twiceshy.base.errors import SourceError
from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.line_writers import Writer
from twiceshy.logs.git import NUMBERS, PATCH, parse_commit, stream_records
from twiceshy.logs.git_lines import read_contents
from twiceshy.records.authorship import LineWriter, WriterKind
from twiceshy.records.commits import Link, StoredCommit
from twiceshy_git.authorship import line_sources
from twiceshy_git.authorship.attribute_commits import LinesOfCommit, attribute_commit, count_writers, find_lines
from twiceshy_git.authorship.line_sources import LineSources
from twiceshy_git.memory.formats import git_ai

if TYPE_CHECKING:
    from twiceshy.archive.db import Store

SESSION = b"s" * 8
AGENT: Writer = LineWriter(
    kind=WriterKind.AGENT, agent="claude-code", session=SESSION, native_id=Scrubbed("one"), chat=b"c" * 8
)
WORD = re.compile(r"\w+")
KEY = re.compile(r"s_[0-9a-f]{14}::t_[0-9a-f]{14}")


class Bodies:
    """Texts by their hash, in the store's place."""

    def __init__(self) -> None:
        self.texts: dict[bytes, str] = {}

    def put(self, text: str) -> bytes:
        """Keep a text, and return its hash."""
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        self.texts[key] = text
        return key

    def body(self, key: bytes) -> str:
        """Return a text."""
        return self.texts[key]


class HistorySources(LineSources):
    """A history whose every change was an edit of one session, but for the commits of a person."""

    def __init__(self, repo: Path, commits: Sequence[StoredCommit], by_hand: frozenset[str]) -> None:
        self.bodies = Bodies()
        super().__init__(cast("Store", self.bodies), "project:bench")
        self.commits = {one.hash: one for one in commits}
        link = Link(
            session=SESSION,
            commit_hash="",
            confidence=0.9,
            evidence=(),
            lines_shared=0,
            lines_of_commit=0,
            lines_of_session=0,
        )
        self.links = {one.hash: [link] for one in commits}
        self._runs = {}
        self._agents = {SESSION: "claude-code"}
        self._recorded_since = 0.0
        self._recorded_authors = frozenset()
        every: defaultdict[str, list[FileEdit]] = defaultdict(list)
        for one in commits:
            for edit in [] if one.hash in by_hand else self._list_changes(repo, one):
                every[edit.path.rpartition("/")[2]].append(edit)
        names = {file.path.rpartition("/")[2] for one in commits for file in one.files}
        names |= {(file.old_path or "").rpartition("/")[2] for one in commits for file in one.files}
        self._edits = {name: every[name] for name in names}

    def _list_changes(self, repo: Path, commit: StoredCommit) -> Iterator[FileEdit]:
        names = [f"{commit.hash}:{file.path}" for file in commit.files]
        names += [f"{parent}:{file.old_path or file.path}" for parent in commit.parents for file in commit.files]
        texts = {one.name: one.text.decode("utf-8", "replace") for one in read_contents(repo, names)}
        for file in commit.files:
            after = texts.get(f"{commit.hash}:{file.path}")
            if file.added is not None and after is not None:
                before = next((texts.get(f"{one}:{file.old_path or file.path}") for one in commit.parents), None)
                yield FileEdit(
                    at=commit.committed_at.timestamp() - 1,
                    path=file.path,
                    before=None if before is None else self.bodies.put(before),
                    after=self.bodies.put(after),
                    partial=False,
                    created=before is None,
                    deleted=False,
                    writer=AGENT,
                )


class Verdict(NamedTuple):
    """What was found of one commit."""

    told: int
    """Lines told new, those told moved among them."""
    git: int
    moved: int
    wrong: Sequence[str]


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks new_lines", description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=10_000, help="of all repositories together")
    parser.add_argument("--edits", type=int, default=10, help="edits of a file that are followed, the last ones")
    parser.add_argument("--show", action="store_true", help="name each commit that is not right")
    args = parser.parse_args(argv)
    line_sources._MOST_EDITS = args.edits  # noqa: SLF001  # two hundred take a second a commit
    left = args.commits
    for number, repo in enumerate(args.repositories):
        left -= report(repo, left // (len(args.repositories) - number), show=args.show)


def report(repo: Path, count: int, *, show: bool = False) -> int:
    """Print the figures of one repository; return how many commits were looked at."""
    return sum_up(repo, read_newest(repo, count), show=show)


def read_newest(repo: Path, count: int) -> list[StoredCommit]:
    """Return the newest commits that are no merges and whose contents are all there, the oldest first."""
    names = ask(repo, "rev-list", "--all", "--no-merges", "--topo-order", "--reverse").split()[-count:]
    words, found, at = ["--no-walk=unsorted", *NUMBERS, *PATCH], list[StoredCommit](), 0
    while at < len(names):
        start = at
        try:
            for record, whole in stream_records(repo, words, names[at:]):
                at += 1
                found.append(cast("StoredCommit", parse_commit(record, b"s" * 16, look_into=whole)))
        except SourceError:  # a mirror may lack a large file; git may have ended in the midst of that commit
            if at == start:
                at += 1
            else:
                found.pop()
    return found


def sum_up(repo: Path, commits: Sequence[StoredCommit], *, show: bool = False) -> int:
    """Print the figures of these commits, and return how many they are."""
    begun = time.process_time()
    verdicts = list(judge(repo, commits))
    for one, found in zip(commits, verdicts, strict=True) if show else ():
        if found.wrong or found.told != found.git:
            print(f"  {one.hash[:12]} told {found.told}, git {found.git}: {'; '.join(sorted(set(found.wrong)))}")
    wrong = Counter(reason for one in verdicts for reason in set(one.wrong))
    equal = sum(one.told == one.git for one in verdicts)
    print(
        f"{repo.parent.name or repo.name}: lines as git counts them in {equal} of {len(verdicts)} commits "
        f"({sum(one.git for one in verdicts)} lines, {sum(one.moved for one in verdicts)} of them only moved); "
        f"wrong otherwise: {dict(wrong) or 0}; {time.process_time() - begun:.0f} CPU s"
    )
    return len(verdicts)


def judge(repo: Path, commits: Sequence[StoredCommit]) -> Iterator[Verdict]:
    """Yield what was found of each commit; every third is a person's."""
    by_hand = frozenset(one.hash for number, one in enumerate(commits) if number % 3 == 2)
    sources = HistorySources(repo, commits, by_hand)
    for one in commits:
        found = find_lines(repo, sources, one)
        counts = count_writers(found)
        if not found and any(file.added for file in one.files):
            yield Verdict(0, 0, 0, ["not looked at"] if len(one.files) <= 300 else ())
            continue
        wrong = list(check_lines(repo, one, found)) + list(check_note(repo, sources, one, found))
        yield Verdict(counts.total(), count_added(repo, one.hash), counts[None], wrong)


def ask(repo: Path, *words: str) -> str:
    """Ask git itself."""
    done = subprocess.run(["git", "-C", str(repo), *words], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def count_added(repo: Path, commit: str) -> int:
    """Return how many lines git says a commit added."""
    words = ("--numstat", "-r", "--root", "-M", "-l1000", "--diff-algorithm=myers", "--no-commit-id", commit)
    rows = (row.split("\t") for row in ask(repo, "diff-tree", *words).splitlines())
    return sum(int(row[0]) for row in rows if len(row) > 2 and row[0].isdigit())


def check_lines(repo: Path, commit: StoredCommit, found: Sequence[LinesOfCommit]) -> Iterator[str]:
    """Yield what is wrong with the lines of a commit's files."""
    old = {file.path: file.old_path or file.path for file in commit.files}
    parent = commit.parents[0] if commit.parents else ""
    names = [name for one in found for name in (f"{commit.hash}:{one.path}", f"{parent}:{old[one.path]}")]
    texts = {one.name: one.text.decode("utf-8", "replace") for one in read_contents(repo, names)}
    patch = ask(repo, "show", "--format=", "-M", "-l1000", "--diff-algorithm=myers", commit.hash).split("\n")
    words = {word for line in patch if line[:1] == "-" for word in WORD.findall(line)}
    for one in found:
        if not one.lines:
            continue
        lines = texts[f"{commit.hash}:{one.path}"].split("\n")
        kept = [line for number, line in enumerate(lines, 1) if number not in one.added]
        rest = iter(texts.get(f"{parent}:{old[one.path]}", "").split("\n"))
        if not all(line in rest for line in kept if line):
            yield "what is not new was not there before"
        if any(line.writer is not None for number, line in enumerate(one.lines, 1) if number not in one.added):
            yield "a line is claimed that git does not call new"
        for number in one.added:
            if one.lines[number - 1].writer is None and not words.issuperset(WORD.findall(lines[number - 1])):
                yield "a line is called moved that was nowhere taken out"


def check_note(repo: Path, sources: LineSources, commit: StoredCommit, found: Sequence[LinesOfCommit]) -> Iterator[str]:
    """Yield which rule of the standard a commit's note breaks."""
    note = git_ai.make_note(attribute_commit(repo, sources, commit))
    if note is None:
        return
    text = git_ai.format_note(note)
    again = git_ai.parse_note(text)
    added: dict[str, frozenset[int]] = {str(one.path): frozenset(one.added) for one in found}
    sessions = again.metadata.get("sessions", {})
    if again.metadata["schema_version"] != "authorship/3.0.0" or again.metadata["base_commit_sha"] != commit.hash:
        yield "the note's metadata"
    for file in again.files:
        taken: set[int] = set()
        for entry in file.entries:
            numbers = [number for first, last in entry.ranges for number in range(first, last + 1)]
            if not KEY.fullmatch(entry.key) or entry.key.partition("::")[0] not in sessions:
                yield "a key of the note leads nowhere"
            if numbers != sorted(set(numbers)) or not taken.isdisjoint(numbers):
                yield "ranges of the note overlap or are not in order"
            taken.update(numbers)
        if not taken <= added.get(file.path, frozenset()):
            yield "the note names a line that is not in the commit's change"
