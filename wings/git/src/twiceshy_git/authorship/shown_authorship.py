"""Answer whose work a commit or a file is."""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from twiceshy.archive import commit_fates
from twiceshy.archive.db import Store
from twiceshy.archive.reads import authorship
from twiceshy.archive.reads.commits import read_ci_results, read_told_reverts
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, ToolMissing
from twiceshy.judgement.outcomes.line_writers import Writer
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.history.project_here import find_stored_project
from twiceshy.logs.projects import Repository, find_project, repository_of
from twiceshy.records import ids
from twiceshy.records.authorship import BlamedFile, BlamedSpan, CommitSession, CommitStory, WriterKind
from twiceshy.records.commits import Link, StoredCommit, find_worst
from twiceshy_git.authorship.attribute_commits import LinesOfCommit, count_writers, find_lines
from twiceshy_git.authorship.blame_lines import WrittenLine, blame_lines
from twiceshy_git.authorship.line_sources import LineSources

_REFERENCE: Final = re.compile(r"(?:HEAD|@)(?:[~^]\d*)*\Z")
_PROMPTS: Final = 5
"""Prompts of a session that are named for one commit. Guess of 2026-11-23."""


def show_commit(config: Config, name: str, folder: Path) -> CommitStory | None:
    """Return whose work a commit is; None where no stored commit has that name.

    Raises:
        NotFound: several stored commits begin so.
    """
    if _REFERENCE.match(name):
        name = _resolve(folder, name)
    with Store.open(config.home, readonly=True) as store:
        found = authorship.find_commits(store.connection, name, None) if name else []
        if len({commit for _, commit in found}) > 1:
            named = "\n".join(f"  {commit}" for _, commit in found)
            raise NotFound(f"several commits begin with {name!r}; say more of its hash:\n{named}")
        if not found:
            return None
        here = find_stored_project(store, folder).identity
        identity, commit = next((one for one in found if one[0] == here), found[0])
        return _tell_commit(store, identity, commit, repository_of(folder) if identity == here else None)


def _resolve(folder: Path, name: str) -> str:
    """Return the hash of what a folder's work tree calls so; empty where that is no commit."""
    with suppress(SourceError, ToolMissing):
        return ask_git(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", accept=(0, 1)).strip()
    return ""


def _tell_commit(store: Store, identity: str, name: str, repository: Repository | None) -> CommitStory:
    sources = LineSources(store, identity)
    commit = sources.commits[name]
    lines: list[LinesOfCommit] = []
    with suppress(SourceError, ToolMissing):
        lines = find_lines(repository.common, sources, commit) if repository else []
    writers = count_writers(lines)
    kinds = _count_kinds(writers)
    alive, reverted_by = _find_fate(store, identity, commit, sources.links.get(name, ()))
    return CommitStory(
        commit_hash=name,
        project=identity,
        subject=commit.subject,
        authored_at=commit.authored_at,
        branch=commit.branch,
        files=len(commit.files),
        added=sum(one.added or 0 for one in commit.files),
        removed=sum(one.removed or 0 for one in commit.files),
        sessions=[_tell_session(store, one, writers) for one in sources.links.get(name, ())],
        lines=kinds.total(),
        agent_lines=kinds[WriterKind.AGENT],
        human_lines=kinds[WriterKind.HUMAN],
        mixed_lines=kinds[WriterKind.MIXED],
        unknown_lines=kinds[WriterKind.UNKNOWN],
        moved_lines=kinds[None],
        attributed=bool(lines),
        ci=find_worst(read_ci_results(store.connection, identity, name)),
        reverted_by=reverted_by,
        alive_share=alive,
    )


def _tell_session(store: Store, link: Link, writers: Counter[Writer | None]) -> CommitSession:
    """Return what one session gave to a commit."""
    own = {one: count for one, count in writers.items() if one is not None and one.session == link.session}
    chats = list(dict.fromkeys(one.chat for one in own if one.chat))
    words = authorship.read_chat_words(store.connection, chats[:_PROMPTS])
    models = [one.model for one, _ in Counter(own).most_common() if one.model]
    agent = store.connection.execute("SELECT agent FROM session WHERE uid = ?", (link.session,)).fetchone()
    return CommitSession(
        session=ids.shorten(ids.SESSION, link.session),
        agent=agent[0] if agent else "",
        model=next(iter(models), None),
        confidence=link.confidence,
        evidence=[f"{kind}: {detail}" for kind, detail in link.evidence],
        lines=_count_kinds(own)[WriterKind.AGENT],
        mixed=_count_kinds(own)[WriterKind.MIXED],
        prompts=[words[one].text for one in chats if one in words],
        chats=[_show_chat(one) for one in chats],
    )


def _count_kinds(writers: Mapping[Writer | None, int] | Mapping[Writer, int]) -> Counter[WriterKind | None]:
    """Count lines by kind of writer; None: lines that only moved."""
    kinds: Counter[WriterKind | None] = Counter()
    for writer, count in writers.items():
        kinds[None if writer is None else writer.kind] += count
    return kinds


def _show_chat(chat: bytes) -> str:
    return ids.shorten("c", chat) if chat else ""


def _find_fate(
    store: Store, identity: str, commit: StoredCommit, links: Sequence[Link]
) -> tuple[float | None, str | None]:
    """Return the share of a commit's lines that is alive, and who took them out."""
    told = [one.by or "" for one in read_told_reverts(store.connection, identity) if one.commit_hash == commit.hash]
    for link in links:
        fate = commit_fates.fate_of_session(store, link.session)
        if fate is None:
            continue
        alive = next((one.at_head for one in fate.commits if one.commit_hash == commit.hash), None)
        undone = [one.by for one in fate.undone if one.commit_hash == commit.hash and one.kind.startswith("revert")]
        return alive, next(iter([*told, *undone]), None)
    return None, next(iter(told), None)


def blame_file(config: Config, name: str, folder: Path, at: str) -> BlamedFile:
    """Return who wrote each line of a file as it stands in a commit.

    Raises:
        NotFound: the folder is in no repository, or the commit has no such file.
        SourceError: git refuses to read the repository.
        ToolMissing: there is no git.
    """
    repository, tree, path = _find_file(folder, name)
    commit = _resolve(tree, at)
    if not commit:
        raise NotFound(f"{at!r} is no commit of {str(repository.top)!r}; name one with --at")
    with Store.open(config.home, readonly=True) as store:
        sources = LineSources(store, find_project(repository.top).identity)
        try:
            lines = blame_lines(repository.common, sources, commit, path)
        except SourceError as error:
            if "no such path" in str(error):
                raise NotFound(f"commit {commit[:12]} has no file {path!r}; see: git ls-files") from error
            raise
        spans = _join_spans(lines, sources)
        chats = list(dict.fromkeys(one.writer.chat for one in spans if one.writer.chat))
        words = authorship.read_chat_words(store.connection, chats)
    prompts = {_show_chat(one): words[one].text for one in chats if one in words}
    return BlamedFile(path=path, commit_hash=commit, spans=spans, texts=[one.text for one in lines], prompts=prompts)


def _find_file(folder: Path, name: str) -> tuple[Repository, Path, str]:
    """Return the repository of a file, which may be gone, its work tree, and its path in there.

    In a bare repository the path is as it is given.

    Raises:
        NotFound: it is in no repository.
    """
    place = Path(os.path.normpath(folder.resolve() / name))
    around = next((one for one in place.parents if one.is_dir()), place.parent)
    for repository in filter(None, (repository_of(around), repository_of(folder))):
        if (repository.common / "objects").parent == repository.top:
            return repository, repository.common, name
        if place.is_relative_to(top := _find_top(repository, around)):
            return repository, top, place.relative_to(top).as_posix()
    raise NotFound(f"{name!r} is in no git repository; run it inside of one")


def _find_top(repository: Repository, folder: Path) -> Path:
    """Return the top of the work tree that a folder lies in; all trees of one repository share its commits."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), repository.top.resolve())


def _join_spans(lines: Sequence[WrittenLine], sources: LineSources) -> list[BlamedSpan]:
    """Return the lines, those that are one behind the other and alike as one."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    group = 0
    for number, one in enumerate(lines, 1):
        if number > 1 and (one.commit, one.writer) != (lines[number - 2].commit, lines[number - 2].writer):
            group += 1
        groups[group].append(number)
    found = []
    for numbers in groups.values():
        one = lines[numbers[0] - 1]
        found.append(
            BlamedSpan(
                first=numbers[0],
                last=numbers[-1],
                commit_hash=one.commit,
                writer=one.writer,
                session=ids.shorten(ids.SESSION, one.writer.session) if one.writer.session else "",
                chat=_show_chat(one.writer.chat),
                why="" if one.writer.kind is not WriterKind.UNKNOWN else sources.explain_gap(one.commit),
            )
        )
    return found
