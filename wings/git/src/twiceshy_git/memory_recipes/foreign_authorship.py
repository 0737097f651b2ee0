"""Read from other tools who wrote which lines, and write it for them.

What they say is stored as theirs: look verbs show it, agents are told of it only after a person accepted it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import text_of
from twiceshy.archive.pulled_records import put_pulled
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, UsageError
from twiceshy.base.foreign_files import read_foreign
from twiceshy.base.values import Scrubbed
from twiceshy.logs.git_objects import list_noted, read_commit_times, read_notes
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.projects import Repository, find_project, repository_of
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_attribution import scrub_attribution
from twiceshy.privacy.scrub_record import scrub_record
from twiceshy.records.authorship import CommitAttribution, RawAttribution, StoredAttribution, WriterKind
from twiceshy.records.memory import AuthorshipReading, AuthorshipWriting, MemoryRecord, PulledRow
from twiceshy_git.authorship.attribute_commits import attribute_commit
from twiceshy_git.authorship.line_sources import LineSources
from twiceshy_git.memory.commit_facts import encode_attribution
from twiceshy_git.memory.envelope import encode, identify
from twiceshy_git.memory.formats import agent_trace, git_ai
from twiceshy_git.memory_repository.memory_git import add_notes

NOTES: Final = "refs/notes/ai"
TRACES: Final = Path(".agent-trace") / "traces.jsonl"
_LARGEST_TRACES: Final = 256 << 20
"""Bytes of a file of traces (guess, 2026-11-23)."""
_AT_ONCE: Final = 500
"""Facts a transaction (guess, 2026-11-23)."""


class _Said(NamedTuple):
    """What one note or trace says; None where it cannot be read, or names no commit."""

    attribution: RawAttribution | None


def read_authorship(config: Config, folder: Path, form: str, file: Path | None = None) -> AuthorshipReading:
    """Store what git-ai's notes (``git-ai``) or a file of traces (``agent-trace``) say; return the counts.

    Raises:
        UsageError: there is no repository, or no such file.
        SourceError: git refuses to read it.
        ToolMissing: there is no git.
        StoreError: the store cannot be used.
    """
    repository = _find_repository(folder)
    said = list(_read_notes(repository) if form == git_ai.NAME else _read_traces(repository, file))
    given = [one.attribution for one in said if one.attribution is not None]
    times = read_commit_times(repository.common, {one.commit_hash for one in given})
    here = [one for one in given if one.commit_hash in times]
    fitting = list(here if form == git_ai.NAME else _keep_changed(repository, here))
    with Store.open(config.home) as store:
        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        project = scrubber.text(find_project(repository.top).identity)
        stored = [scrub_attribution(one, scrubber) for one in fitting if one.files]
        new = _store_all(store, project, [(one, times[one.commit_hash]) for one in stored], form)
        name = scrubber.text(spell_path(repository.top))
    lines = _count_lines(stored)
    return AuthorshipReading(
        repository=name,
        format=form,
        found=len(said),
        new=new,
        known=len(stored) - new,
        empty=sum(not one.files for one in here),
        elsewhere=len(given) - len(here),
        unfitting=sum(bool(one.files) for one in here) - len(stored),
        damaged=len(said) - len(given),
        agent_lines=lines[WriterKind.AGENT],
        human_lines=lines[WriterKind.HUMAN],
        other_lines=lines[WriterKind.MIXED] + lines[WriterKind.UNKNOWN],
    )


def write_notes(config: Config, folder: Path) -> AuthorshipWriting:
    """Write git-ai's notes for the linked commits that have none; never where git-ai itself is at work.

    Raises:
        UsageError: there is no repository, or git-ai works in it.
        SourceError: git refuses to read it.
        ToolMissing: there is no git.
        StoreError: the store cannot be used, or the ref cannot be written.
    """
    repository = _find_repository(folder)
    if (repository.common / "ai").exists():
        raise UsageError(f"git-ai works in {str(repository.top)!r} and writes its notes itself: nothing was written.")
    noted = list_noted(repository.common, NOTES)
    notes: dict[str, str] = {}
    lines: Counter[WriterKind] = Counter()
    linked = 0
    for one in _attribute(config, repository, skip=noted.keys()):
        linked += 1
        note = git_ai.make_note(one)
        if note is not None:
            notes[one.commit_hash] = git_ai.format_note(note)
            lines += _count_lines([one])
    add_notes(repository.common, NOTES, notes, int(datetime.now(UTC).timestamp()))
    return AuthorshipWriting(
        repository=_name(config, repository),
        format=git_ai.NAME,
        written=len(notes),
        kept=len(noted),
        unknown=linked - len(notes),
        agent_lines=lines[WriterKind.AGENT],
        path=NOTES,
    )


def write_traces(config: Config, folder: Path, version: str, write: Callable[[bytes], object]) -> AuthorshipWriting:
    """Write an Agent Trace for each linked commit, one line each; return the counts.

    Raises:
        UsageError: there is no repository.
        SourceError: git refuses to read it.
        ToolMissing: there is no git.
        StoreError: the store cannot be used.
    """
    repository = _find_repository(folder)
    found = list(_attribute(config, repository, skip=()))
    times = read_commit_times(repository.common, {one.commit_hash for one in found})
    written = 0
    for one in found:
        trace = agent_trace.make_trace(one, times[one.commit_hash], version)
        if trace is not None:
            write(agent_trace.format_trace(trace).encode() + b"\n")
            written += 1
    return AuthorshipWriting(
        repository=_name(config, repository),
        format=agent_trace.NAME,
        written=written,
        unknown=len(found) - written,
        agent_lines=_count_lines(found)[WriterKind.AGENT],
    )


def _find_repository(folder: Path) -> Repository:
    """Return the repository that a folder lies in.

    Raises:
        UsageError: there is none.
    """
    repository = repository_of(folder.absolute())
    if repository is None:
        raise UsageError(f"{str(folder)!r} is not inside a git repository: go there, or name it with --repo.")
    return repository


def _name(config: Config, repository: Repository) -> Scrubbed:
    with Store.open(config.home, readonly=True) as store:
        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        return scrubber.text(spell_path(repository.top))


def _attribute(config: Config, repository: Repository, skip: Iterable[str]) -> Iterator[StoredAttribution]:
    """Yield who wrote what of each linked commit that this clone has, in the order of their hashes.

    A note or a trace goes where the repository goes, so that its texts pass the gate of exports.
    """
    with Store.open(config.home, readonly=True) as store:
        sources = LineSources(store, find_project(repository.top).identity)
        gate = OutgoingTexts(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        asked = sorted(sources.links.keys() & sources.commits.keys() - set(skip))
        there = read_commit_times(repository.common, asked)
        for commit in asked:
            if commit in there:
                found = _clean_attribution(attribute_commit(repository.common, sources, sources.commits[commit]), gate)
                if found is not None:
                    yield found


def _clean_attribution(found: StoredAttribution, gate: OutgoingTexts) -> StoredAttribution | None:
    """Return what is known of a commit as it may stand in a note or a trace; None where it may not."""
    stays = []

    def clean_texts(texts: Sequence[str]) -> Sequence[str]:
        clean, left = gate.clean(texts)
        stays.append(left)
        return clean

    clean = scrub_record(found, clean_texts, keeps_homes=True)
    return replace(clean, commit_hash=found.commit_hash) if stays == [None] else None


def _read_notes(repository: Repository) -> Iterator[_Said]:
    noted = list_noted(repository.common, NOTES)
    texts = dict(read_notes(repository.common, noted))
    for commit in noted:
        try:
            note = git_ai.parse_note(texts.pop(commit, b"").decode("utf-8", "replace"))
        except SourceError:
            yield _Said(None)
        else:
            yield _Said(git_ai.read_attribution(note, commit))


def _read_traces(repository: Repository, file: Path | None) -> Iterator[_Said]:
    """Yield what each line of a file of traces says.

    Raises:
        UsageError: there is no such file.
    """
    path = file or repository.top / TRACES
    try:
        text = read_foreign(path, _LARGEST_TRACES)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{str(path)!r} cannot be read ({reason}): name the file of traces.") from error
    for line in filter(bytes.strip, text.split(b"\n")):
        try:
            yield _Said(agent_trace.read_attribution(agent_trace.parse_trace(line)))
        except SourceError:
            yield _Said(None)


def _keep_changed(repository: Repository, found: Iterable[RawAttribution]) -> Iterator[RawAttribution]:
    """Yield what is said of files that the commit changes: a tool may name the commit that it began from."""
    changed: dict[str, frozenset[str]] = {}
    for one in found:
        if one.commit_hash not in changed:
            words = ["diff-tree", "-r", "--root", "--no-commit-id", "--name-only", "-z", one.commit_hash]
            changed[one.commit_hash] = frozenset(ask_git(repository.common, *words).split("\0"))
        files = tuple(file for file in one.files if file.path in changed[one.commit_hash])
        if files or not one.files:
            yield CommitAttribution(commit_hash=one.commit_hash, files=files, source=one.source)


def _store_all(store: Store, project: Scrubbed, found: list[tuple[StoredAttribution, datetime]], form: str) -> int:
    """Store what a tool says as its own word; return how much was new."""
    writer = blake2b(form.encode(), digest_size=8).hexdigest()
    new = 0
    for start in range(0, len(found), _AT_ONCE):
        rows = [
            _make_row(encode_attribution(one, at), one.commit_hash, writer)
            for one, at in found[start : start + _AT_ONCE]
        ]
        with store.begin_writing() as connection:
            new += put_pulled(connection, project, rows)
    return new


def _make_row(record: MemoryRecord, commit_hash: str, writer: str) -> PulledRow:
    """Return a record of scrubbed texts as it is stored."""
    return PulledRow(
        id=bytes.fromhex(identify(record)),
        writer=writer,
        type=record.type,
        at=record.at,
        session="",
        commit_hash=commit_hash,
        line=text_of(encode(record).decode()),
    )


def _count_lines(found: Iterable[StoredAttribution]) -> Counter[WriterKind]:
    """Count lines by who wrote them."""
    lines: Counter[WriterKind] = Counter()
    for one in found:
        for file in one.files:
            for span in file.spans:
                lines[span.writer.kind] += span.last - span.first + 1
    return lines
