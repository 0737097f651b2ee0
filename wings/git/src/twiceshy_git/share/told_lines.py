"""Who wrote the lines of a file of which this machine knows nothing, as others tell it; always marked as theirs."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.pulled_records import read_pulled
from twiceshy.base.config import Config
from twiceshy.logs.git_lines import LineCommit, read_line_commits
from twiceshy.logs.history.project_here import find_stored_project
from twiceshy.logs.projects import repository_of
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.authorship import BlamedFile, BlamedSpan, LineSpan, LineWriter, WriterKind
from twiceshy.records.codec import DamagedValue
from twiceshy_git.memory.commit_facts import decode_attribution
from twiceshy_git.memory.envelope import decode
from twiceshy_git.share.kept_repositories import make_scrubber


class _ToldSpan(NamedTuple):
    span: LineSpan[str]
    writer: str
    """Who tells it."""


_ToldFiles = Mapping[tuple[str, str], list[_ToldSpan]]


def add_told_writers(config: Config, folder: Path, blamed: BlamedFile) -> BlamedFile:
    """Return the same file; lines without a known writer have the one that others tell of.

    Raises:
        SourceError: git refuses to read the repository.
    """
    repository = repository_of(folder.resolve())
    if repository is None or all(one.writer.kind is not WriterKind.UNKNOWN for one in blamed.spans):
        return blamed
    with Store.open(config.home, readonly=True) as store:
        told = _read_told(store, find_stored_project(store, repository.top).identity)
        scrubber = make_scrubber(store, config)
    if not told:
        return blamed
    rows = read_line_commits(repository.common, blamed.commit_hash, blamed.path)
    spans: list[BlamedSpan] = []
    for one in blamed.spans:
        if one.writer.kind is WriterKind.UNKNOWN and one.last <= len(rows):
            spans += _split_span(one, rows[one.first - 1 : one.last], told, scrubber)
        else:
            spans.append(one)
    return replace(blamed, spans=spans)


def _read_told(store: Store, project: str) -> _ToldFiles:
    """Return what others tell of the lines of files, by commit and path."""
    found: dict[tuple[str, str], list[_ToldSpan]] = {}
    for row in read_pulled(store.connection, project, ("attribution",)):
        with suppress(DamagedValue):
            one = decode_attribution(decode(row.line.encode()))
            for file in one.files:
                spans = [_ToldSpan(span, row.writer) for span in file.spans]
                found.setdefault((one.commit_hash, file.path), []).extend(spans)
    return found


def _split_span(one: BlamedSpan, rows: list[LineCommit], told: _ToldFiles, scrubber: Scrubber) -> list[BlamedSpan]:
    """Return lines of which nothing is known here, those of one told writer as one span."""
    spans: list[BlamedSpan] = []
    last: tuple[str, LineWriter[str]] | None = None
    for number, row in enumerate(rows, one.first):
        found = _find_writer(told.get((row.commit, row.path), []), row.line)
        if spans and found == last:
            spans[-1] = replace(spans[-1], last=number)
        elif found is None:
            spans.append(replace(one, first=number, last=number))
        else:
            spans.append(_make_span(replace(one, first=number, last=number), *found, scrubber))
        last = found
    return spans


def _find_writer(spans: list[_ToldSpan], line: int) -> tuple[str, LineWriter[str]] | None:
    """Return who is said to have written a line, and by whom; None where nobody says it, or two say otherwise."""
    found = {
        (one.writer, one.span.writer)
        for one in spans
        if one.span.first <= line <= one.span.last and one.span.writer.kind is not WriterKind.UNKNOWN
    }
    return found.pop() if len({(who.kind, who.session) for _, who in found}) == 1 else None


def _make_span(one: BlamedSpan, told_by: str, writer: LineWriter[str], scrubber: Scrubber) -> BlamedSpan:
    """Return a span with a writer that others tell of."""
    session = ids.shorten(ids.SESSION, writer.session) if writer.session else ""
    chat = ids.shorten(ids.CHAT, writer.chat) if writer.chat else ""
    model = None if writer.model is None else scrubber.text(writer.model)
    kept = replace(
        one.writer, kind=writer.kind, agent=writer.agent, session=writer.session, chat=writer.chat, model=model
    )
    return replace(one, writer=kept, session=session, chat=chat, why="", told_by=told_by)
