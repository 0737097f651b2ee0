"""Every project's sessions are linked to its commits, and what became of these commits' lines is known.

A project is looked at again only when it has new commits, its sessions have new edits or results, or another commit is
checked out. All that is found is ``derived`` by the session's uid: ``links``, and, where the repository lies on this
machine, ``survival``.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture import git_checkpoints, git_lines
from twiceshy.capture.projects import ProjectFinder, Repository, repository_of
from twiceshy.config import Config
from twiceshy.errors import SourceError, ToolMissing
from twiceshy.flows import survival
from twiceshy.outcomes.links import VERSION, link
from twiceshy.records.links import Link
from twiceshy.store import derived
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.reads import traces
from twiceshy.store.reads.commits import commits
from twiceshy.store.reads.sessions import working_folders

LINKS = "links"
STATE = "links-project"
USER = re.compile(r"\[user:[0-9a-f]+\]")
"""What stands for a user's name in a stored path: here it can only be this user's."""


class Checkout(NamedTuple):
    """Where a project lies on this machine, if it does."""

    repo: Path | None
    head: str
    """Hash of the commit that is checked out; empty before the first."""


class Project(NamedTuple):
    """A project that has something new."""

    identity: str
    sessions: tuple[bytes, ...]
    state: bytes
    """Hash of what its links are made of."""


NOWHERE = Checkout(None, "")


def link_sessions(store: Store, config: Config, folders: Iterable[str] = ()) -> int:
    """How many sessions were linked again, to any commit or none.

    ``folders`` lie in repositories that no session of this machine names; the sessions' own are known.
    """
    del config  # nothing of it matters yet; flows that call every step give it to each
    repositories = _repositories([*working_folders(store.connection), *folders])
    done = 0
    for identity in traces.projects_with_commits(store.connection):
        checkout = _checkout(repositories.get(identity))
        inputs = traces.inputs(store.connection, identity)
        stand = [identity.encode(), traces.commits_state(store.connection, identity), checkout.head.encode()]
        state = blake2b(b"\n".join([*stand, *(uid + text for uid, text in inputs.items())]), digest_size=16).digest()
        key = blake2b(identity.encode(), digest_size=16).digest()
        if store.stale(STATE, {key: state}, VERSION):
            done += _link_project(store, Project(identity, tuple(inputs), state), checkout)
            store.put_derived(STATE, [Derived(key, state, b"{}")], VERSION)
    return done


def links_of_session(store: Store, session: bytes) -> tuple[Link, ...]:
    """The commits that came from a session, in the order of the commits; empty where none are known."""
    found = derived.get(store.connection, LINKS, session)
    return tuple(_unpacked(session, row) for row in json.loads(found.value)) if found else ()


def links_of_commit(store: Store, identity: str, commit_hash: str) -> tuple[Link, ...]:
    """The sessions that a commit of the project came from, the surest first. The hash may be abbreviated."""
    sessions = traces.sessions_of(store.connection, identity)
    found = [one for uid in sessions for one in links_of_session(store, uid) if one.commit_hash.startswith(commit_hash)]
    return tuple(sorted(found, key=lambda one: -one.confidence))


def links_of_file(store: Store, identity: str, path: str) -> tuple[Link, ...]:
    """The links to commits of the project that touch a file, the newest commit first."""
    touching = [one.hash for one in commits(store.connection, identity) if any(file.path == path for file in one.files)]
    place = {commit: number for number, commit in enumerate(touching)}
    sessions = traces.sessions_of(store.connection, identity)
    found = [one for uid in sessions for one in links_of_session(store, uid) if one.commit_hash in place]
    return tuple(sorted(found, key=lambda one: (-place[one.commit_hash], -one.confidence)))


def _repositories(folders: Iterable[str]) -> dict[str, Repository]:
    """The repositories on this machine, by their project's identity."""
    finder = ProjectFinder()
    found: dict[str, Repository] = {}
    own = Path.home().name
    for folder in dict.fromkeys(USER.sub(own, folder) for folder in folders):
        repository = repository_of(Path(folder)) if Path(folder).is_absolute() else None
        if repository is not None:
            found.setdefault(finder.find(str(repository.top)).identity, repository)
    return found


def _checkout(repository: Repository | None) -> Checkout:
    if repository is None:
        return NOWHERE
    with suppress(ToolMissing):
        return Checkout(repository.common, git_lines.head(repository.common))
    return NOWHERE


def _link_project(store: Store, project: Project, checkout: Checkout) -> int:
    """How many sessions the project has; their links and the fate of their commits are kept."""
    known = list(commits(store.connection, project.identity))
    left = list(traces.traces(store, project.sessions))
    found: defaultdict[bytes, list[Link]] = defaultdict(list)
    for one in link(left, known, checkpoints=_checkpoints(checkout)):
        found[one.session].append(one)
    place = {one.hash: number for number, one in enumerate(known)}
    for some in found.values():
        some.sort(key=lambda one: place[one.commit_hash])
    rows = [Derived(one.session, project.state, _packed(found[one.session])) for one in left]
    store.put_derived(LINKS, rows, VERSION)
    if checkout.repo is not None and checkout.head:
        with suppress(SourceError, ToolMissing):  # a damaged repository: what became of the lines stays unknown
            told = survival.fates(checkout.repo, survival.Asked(left, found, known, checkout.head, store.salt))
            rows = [Derived(uid, project.state, survival.packed(fate)) for uid, fate in told]
            store.put_derived(survival.KIND, rows, survival.VERSION)
    return len(left)


def _checkpoints(checkout: Checkout) -> Mapping[str, frozenset[str]]:
    if checkout.repo is not None:
        with suppress(SourceError, ToolMissing):
            return git_checkpoints.checkpoints(checkout.repo)
    return {}


def _packed(some: Sequence[Link]) -> bytes:
    rows = [
        [
            *(one.commit_hash, one.confidence, one.evidence),
            *(one.lines_shared, one.lines_of_commit, one.lines_of_session),
        ]
        for one in some
    ]
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()


def _unpacked(session: bytes, row: Sequence[object]) -> Link:
    commit_hash, confidence, evidence, shared, of_commit, of_session = row
    rows = evidence if isinstance(evidence, list) else []
    return Link(
        session=session,
        commit_hash=str(commit_hash),
        confidence=float(str(confidence)),
        evidence=tuple((str(kind), str(detail)) for kind, detail in rows),
        lines_shared=int(str(shared)),
        lines_of_commit=int(str(of_commit)),
        lines_of_session=int(str(of_session)),
    )
