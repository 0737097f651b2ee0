"""Look at what others told of a project: in short, by id, by words. Nothing here is said to an agent.

Records are read tolerantly: what is missing is unknown, and what is no record of its type is passed over.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.pulled_records import count_pulled, list_pulled_projects, read_pulled
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, ToolMissing
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.history.project_here import find_stored_project
from twiceshy.records import ids
from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import (
    MemoryRecord,
    PulledRow,
    ToldChat,
    ToldCommit,
    ToldOverview,
    ToldSession,
    WriterFacts,
)
from twiceshy.records.views import ToldHit
from twiceshy_git.memory.commit_facts import decode_ci_result, decode_commit, decode_link, decode_revert
from twiceshy_git.memory.envelope import decode
from twiceshy_git.memory.session_facts import read_chat, read_session
from twiceshy_git.share.told_projects import list_writers

_NEWEST = 5
"""Sessions that an overview lists (guess, 2026-11-23)."""
_MOST_FILES = 5
"""Files that an overview lists (guess, 2026-11-23)."""
_COMMIT = re.compile(r"[0-9a-f]{6,64}")
_REVISION = re.compile(r"(?:HEAD|@)(?:[~^]\d*)*")
_NEVER = datetime.min.replace(tzinfo=UTC)
_WORST = ("error", "fail", "pending", "unknown", "pass")
"""Results of CI, the worst first."""


class ToldFacts(NamedTuple):
    """What others told of one project, read."""

    sessions: tuple[ToldSession, ...]
    """Each once, as it was told last; the oldest first."""
    chats: tuple[ToldChat, ...]
    commits: tuple[ToldCommit, ...]
    """The oldest first."""


class _Told(NamedTuple):
    row: PulledRow
    fact: MemoryRecord


def read_told_overview(config: Config, folder: Path) -> ToldOverview | None:
    """Return what others told of the project of a folder, in short; None where they told nothing."""
    if not has_store(config.home):
        return None
    with Store.open(config.home, readonly=True) as store:
        project = find_stored_project(store, folder.resolve())
        counts = count_pulled(store.connection, project.identity)
        told = read_told(store, project.identity) if counts else None
    return None if told is None else _sum_up(project.name, told, list_writers(counts))


def _sum_up(project: str, told: ToldFacts, writers: Sequence[WriterFacts]) -> ToldOverview:
    """Return facts in numbers."""
    starts = [one.started_at for one in told.sessions] + [one.at for one in told.commits]
    times = [at for at in (*starts, *(one.ended_at for one in told.sessions)) if at]
    files = Counter(chain.from_iterable(set(one.files_changed) for one in told.sessions))
    agents = Counter(" ".join(filter(None, (one.agent, one.model))) for one in told.sessions)
    return ToldOverview(
        project=project,
        writers=tuple(writers),
        sessions=len(told.sessions),
        exchanges=sum(map(attrgetter("exchanges"), told.sessions)),
        calls=sum(map(attrgetter("calls"), told.sessions)),
        failures=sum(map(attrgetter("failures"), told.sessions)),
        commits=len(told.commits),
        linked=len([one for one in told.commits if one.sessions]),
        ci_failed=len([one for one in told.commits if one.ci in {"fail", "error"}]),
        reverted=len([one for one in told.commits if one.reverted_by]),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
        agents=tuple(agents.most_common()),
        files=tuple(sorted(files.items(), key=lambda item: (-item[1], item[0]))[:_MOST_FILES]),
        newest=told.sessions[: -_NEWEST - 1 : -1],
    )


def show_told(config: Config, name: str, folder: Path) -> ToldSession | ToldChat | ToldCommit | None:
    """Return the session, chat or commit that others told of under a name; None where there is none.

    A commit may be named as git names it in the repository of ``folder``: HEAD, HEAD~2.

    Raises:
        NotFound: the name could be several.
    """
    if not has_store(config.home):
        return None
    with Store.open(config.home, readonly=True) as store:
        told = read_told(store, None)
    found = _find_named(told, name, folder)
    if len(found) > 1:
        named = ", ".join(one.hash if isinstance(one, ToldCommit) else one.id for one in found[:_MOST_FILES])
        raise NotFound(f"{name} could be {named}. Give more digits.")
    return found[0] if found else None


def _find_named(told: ToldFacts, name: str, folder: Path) -> Sequence[ToldSession | ToldChat | ToldCommit]:
    """Return what a name may mean."""
    start = ids.parse_prefix(name)
    if start is None:
        digits = _find_commit(name, folder)
        return [one for one in told.commits if digits and one.hash.startswith(digits)]
    kinds: dict[str, Sequence[ToldSession | ToldChat]] = {ids.SESSION: told.sessions, ids.CHAT: told.chats}
    return [one for one in kinds.get(start.kind, ()) if one.id.startswith(f"{start.kind}-{start.digits}")]


def _find_commit(name: str, folder: Path) -> str:
    """Return the hash that a name of a commit stands for, or its beginning; empty where it is no such name."""
    digits = name.strip().lower()
    if _COMMIT.fullmatch(digits):
        return digits
    if not _REVISION.fullmatch(name.strip()):
        return ""
    try:
        return ask_git(folder, "rev-parse", "--verify", "--quiet", f"{name.strip()}^{{commit}}").strip()
    except (SourceError, ToolMissing):
        return ""


def search_told(config: Config, words: Sequence[str], *, project: str | None, limit: int) -> list[ToldHit]:
    """Return the places in what others told where all words stand, the newest first.

    Each word or phrase may stand anywhere in one record, whatever its case; `*` at its end means any ending.
    ``project``: a part of its identity; None: any.
    """
    patterns = [_to_pattern(word) for word in words if word.strip("* ")]
    if not patterns or not has_store(config.home):
        return []
    found: list[ToldHit] = []
    with Store.open(config.home, readonly=True) as store:
        for identity in list_pulled_projects(store.connection):
            if project is None or project.lower() in identity.lower():
                told = read_told(store, identity)
                found += [hit for place in _list_places(told) if (hit := _match(place, patterns))]
    return sorted(found, key=lambda hit: hit.at or _NEVER, reverse=True)[:limit]


def read_told(store: Store, project: str | None) -> ToldFacts:
    """Return what others told of a project, or of all."""
    told: defaultdict[str, list[_Told]] = defaultdict(list)
    for row in read_pulled(store.connection, project):
        with suppress(DamagedValue):
            told[row.type].append(_Told(row, decode(row.line.encode())))
    links = _read_links(told["link"])
    return ToldFacts(
        sessions=tuple(_read_sessions(told["session"], links)),
        chats=tuple(_read_chats(told["chat"])),
        commits=tuple(_read_commits(told, links)),
    )


def _read_links(told: Iterable[_Told]) -> dict[tuple[str, str], float]:
    """Return the confidence that a commit has work of a session, by commit's hash and session's id."""
    links: dict[tuple[str, str], float] = {}
    for one in told:
        with suppress(DamagedValue):
            said = decode_link(one.fact)
            if one.row.commit_hash and one.row.session and 0 < said.confidence <= 1:
                key = one.row.commit_hash, _name_session(one.row.session)
                links[key] = max(said.confidence, links.get(key, 0))
    return links


def _name_session(uid: str) -> str:
    """Return a session's whole id."""
    return f"{ids.SESSION}-{uid}"


def _read_sessions(told: Iterable[_Told], links: Mapping[tuple[str, str], float]) -> Iterator[ToldSession]:
    """Yield each session as it was told last, the oldest first."""
    commits: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for (commit, session), confidence in links.items():
        commits[session].append((commit, confidence))
    newest: dict[str, ToldSession] = {}
    for row, fact in told:
        with suppress(DamagedValue):
            one = read_session(fact)
            name = _name_session(one.uid.hex())
            newest[name] = ToldSession(
                id=name,
                writer=row.writer,
                record=row.id.hex(),
                accepted=row.accepted,
                started_at=one.started_at,
                ended_at=one.ended_at,
                agent=one.agent,
                model=one.model or "",
                branch=one.branch or "",
                title=one.title or "",
                exchanges=one.exchanges,
                calls=one.calls,
                failures=one.failures,
                agents=one.agents,
                tools=dict(one.tools_used),
                files_read=tuple(one.files_referenced),
                files_changed=tuple(one.files_modified),
                queries=tuple(one.queries),
                outcomes=dict(one.outcomes),
                commits=tuple(sorted(commits[name], key=lambda pair: (-pair[1], pair[0]))),
            )
    yield from sorted(newest.values(), key=lambda one: one.started_at or one.ended_at or _NEVER)


def _read_chats(told: Iterable[_Told]) -> Iterator[ToldChat]:
    """Yield each chat as it was told last, the oldest first."""
    newest: dict[str, ToldChat] = {}
    for row, fact in told:
        with suppress(DamagedValue):
            one = read_chat(fact)
            newest[one.uid.hex()] = ToldChat(
                id=f"{ids.CHAT}-{one.uid.hex()}",
                session=_name_session(row.session),
                writer=row.writer,
                record=row.id.hex(),
                accepted=row.accepted,
                at=row.at,
                query=one.query,
                response="\n\n".join(one.response),
                model=one.model or "",
                tools=tuple(one.tools_used),
                files_changed=tuple(one.files_modified),
            )
    yield from newest.values()


def _read_commits(told: Mapping[str, Sequence[_Told]], links: Mapping[tuple[str, str], float]) -> Iterator[ToldCommit]:
    """Yield each commit with all that was told about it, the oldest first."""
    sessions: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for (commit, session), confidence in links.items():
        sessions[commit].append((session, confidence))
    jobs, reverts = _read_ci(told.get("ci", ())), _read_reverts(told.get("revert", ()))
    facts = {one.row.commit_hash: one.fact for one in told.get("commit", ())}
    writers: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for one in chain.from_iterable(told.get(kind, ()) for kind in ("commit", "link", "ci", "revert")):
        if one.row.commit_hash:
            writers[one.row.commit_hash][one.row.writer] = None
    found = [
        replace(
            _read_commit(hash_, facts.get(hash_), tuple(names)),
            ci=jobs.get(hash_, ""),
            reverted_by=reverts.get(hash_, ""),
            sessions=tuple(sorted(sessions[hash_], key=lambda pair: (-pair[1], pair[0]))),
        )
        for hash_, names in writers.items()
    ]
    yield from sorted(found, key=lambda one: one.at or _NEVER)


def _read_reverts(told: Iterable[_Told]) -> dict[str, str]:
    """Return by which commit each was taken back, or ``yes``."""
    found: dict[str, str] = {}
    for one in told:
        with suppress(DamagedValue):
            revert = decode_revert(one.fact)
            found[revert.commit_hash] = revert.by or "yes"
    return found


def _read_commit(hash_: str, fact: MemoryRecord | None, writers: tuple[str, ...]) -> ToldCommit:
    """Return a commit as one record tells of it; without a record, or with a damaged one, its hash alone."""
    empty = ToldCommit(
        hash=hash_,
        writers=writers,
        at=None,
        message="",
        branch="",
        files=(),
        insertions=None,
        deletions=None,
        ci="",
        reverted_by="",
        sessions=(),
    )
    if fact is None:
        return empty
    try:
        one = decode_commit(fact)
    except DamagedValue:
        return empty
    return replace(
        empty,
        at=one.committed_at,
        message=one.message,
        branch=one.branch or "",
        files=tuple(one.files_changed),
        insertions=one.insertions,
        deletions=one.deletions,
    )


def _read_ci(told: Iterable[_Told]) -> dict[str, str]:
    """Return of each commit the worst of what its jobs said last."""
    newest: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for _, fact in told:
        with suppress(DamagedValue):
            one = decode_ci_result(fact)
            newest[one.commit_hash][one.workflow or "", one.job or ""] = one.result
    return {commit: min(jobs.values(), key=_WORST.index) for commit, jobs in newest.items()}


class _Place(NamedTuple):
    """Texts of one record that words are looked for in."""

    kind: str
    id: str
    writer: str
    at: datetime | None
    texts: tuple[str, ...]


def _list_places(told: ToldFacts) -> Iterator[_Place]:
    """Yield what of each record can be searched."""
    for session in told.sessions:
        texts = (session.title, *session.queries, session.branch, *session.files_changed, *session.files_read)
        yield _Place("session", session.id, session.writer, session.started_at, texts)
    for chat in told.chats:
        yield _Place("chat", chat.id, chat.writer, chat.at, (chat.query, chat.response, *chat.files_changed))
    for commit in told.commits:
        texts = (*commit.message.splitlines(), *commit.files)
        yield _Place("commit", commit.hash, next(iter(commit.writers), ""), commit.at, texts)


def _match(place: _Place, patterns: Sequence[re.Pattern[str]]) -> ToldHit | None:
    """Return the place as a hit, with the text in which the first word stands; None where a word is missing."""
    if not all(any(one.search(text) for text in place.texts) for one in patterns):
        return None
    text = next(text for text in place.texts if patterns[0].search(text))
    return ToldHit(place.kind, place.id, place.writer, place.at, text)


def _to_pattern(word: str) -> re.Pattern[str]:
    """Return the pattern of a word or phrase; ``*`` at its end means any ending.

    >>> [bool(_to_pattern("token*").search(text)) for text in ("Tokens", "src/token.py", "a stoken")]
    [True, True, False]
    """
    bare = re.escape(word.rstrip("*").strip())
    return re.compile(rf"(?<!\w){bare}{'' if word.endswith('*') else '(?!' + chr(92) + 'w)'}", re.IGNORECASE)
