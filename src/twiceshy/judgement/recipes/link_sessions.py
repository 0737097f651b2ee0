"""Link every project's sessions to its commits, and find whether the lines of these commits survive.

A project is looked at again only when it has new commits, its sessions have new edits or results, or another
commit is checked out. All results are ``derived`` by the session's uid: ``links``, and, where the repository lies
on this machine, ``survival``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import commit_fates, session_links
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.note_rows import read_git_notes, read_owned
from twiceshy.archive.reads import authorship
from twiceshy.archive.reads.commits import read_stored_commits
from twiceshy.archive.reads.sessions import read_working_folders
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.judgement.outcomes.commit_copies import (
    RANGE,
    CommitGraph,
    Rewrite,
    carry_links,
    find_rewrites,
    list_squash_candidates,
)
from twiceshy.judgement.outcomes.commit_fates import SurvivalQuery, find_fates
from twiceshy.judgement.outcomes.commit_links import VERSION, AgentProcesses, link
from twiceshy.logs import git_checkpoints, git_lines
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.git_ranges import TreePair, read_range_patch_ids
from twiceshy.logs.history.project_here import make_finder
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import Repository, repository_of
from twiceshy.records.commits import Link, StoredCommit
from twiceshy.records.git_hooks import GitEvent, GitNote

# Find which commits of a project took the place of which; git is asked for the patches of what may be a squash.

_HEADS = 5
"""Ends of branches, the newest first, behind which a squash is looked for beside HEAD. Guess of 2026-11-23."""


def find_project_rewrites(
    commits: Sequence[StoredCommit], told: Iterable[tuple[str, str]], repo: Path | None, head: str
) -> list[Rewrite]:
    """Return the rewrites; without a repository on this machine those that need none."""
    graph = CommitGraph(commits)
    found = find_rewrites(graph, told)
    if repo is not None:
        with suppress(SourceError, ToolMissing):
            found += _find_squashes(graph, repo, [head, *graph.list_tips()[:_HEADS]])
    return found


def _find_squashes(graph: CommitGraph, repo: Path, heads: Iterable[str]) -> list[Rewrite]:
    """Return the squashes whose patch is that of a range."""
    pairs = {}
    for one in list_squash_candidates(graph, heads):
        before, after = graph.commits[one.base].tree, graph.commits[one.tip].tree
        if before and after:
            pairs[one] = TreePair(before, after)
    patches = read_range_patch_ids(repo, pairs.values())
    return [
        Rewrite(old, one.new, RANGE)
        for one, pair in pairs.items()
        if pair in patches and patches[pair] == graph.commits[one.new].patch_id
        for old in one.olds
    ]


_STATE = "links-project"
_MAKING = frozenset({"", "amend"})
"""Words of a hook's note for a commit that is new work. By definition in ``records.git_hooks`` (2026-11-23)."""


class _Checkout(NamedTuple):
    """Where a project lies on this machine, if it does."""

    repo: Path | None
    head: str
    """Hash of the commit that is checked out; empty before the first."""


class _ChangedProject(NamedTuple):
    """A project that has something new."""

    identity: str
    sessions: tuple[bytes, ...]
    state: bytes
    """Hash of what its links are made of."""
    notes: Sequence[GitNote]
    """What git told its hooks."""


_NOWHERE = _Checkout(None, "")


def link_sessions(store: Store, config: Config, folders: Iterable[str] = ()) -> int:
    """Link sessions to commits, or to none; return how many sessions were linked again.

    ``folders`` lie in repositories that no session of this machine names; the sessions' own are known.
    """
    del config  # nothing of it matters yet; flows that call every step give it to each
    repositories = find_repositories(store, [*read_working_folders(store.connection), *folders])
    done = 0
    faults = StepFaults(store, "links", VERSION)
    for identity in authorship.find_projects_with_commits(store.connection):
        checkout = _find_checkout(repositories.get(identity))
        inputs = authorship.read_input_states(store.connection, identity)
        notes = tuple(read_git_notes(store.connection, identity))
        commits_state = authorship.read_commits_state(store.connection, identity)
        stand = [identity.encode(), str(len(notes)).encode(), commits_state, checkout.head.encode()]
        state = blake2b(b"\n".join([*stand, *(uid + text for uid, text in inputs.items())]), digest_size=16).digest()
        key = blake2b(identity.encode(), digest_size=16).digest()
        for _ in faults.select(store.find_stale(_STATE, {key: state}, VERSION), {key: state}):
            with faults.guard(key, identity, given=state):
                done += _link_project(store, _ChangedProject(identity, tuple(inputs), state, notes), checkout)
                store.put_derived(_STATE, [DerivedValue(key, state, b"{}")], VERSION)
    return done


def find_repositories(store: Store, folders: Iterable[str]) -> dict[str, Repository]:
    """Return the repositories on this machine, by their project's identity."""
    finder = make_finder(store)
    found: dict[str, Repository] = {}
    for folder in dict.fromkeys(map(to_local_path, folders)):
        repository = repository_of(Path(folder)) if Path(folder).is_absolute() else None
        if repository is not None:
            found.setdefault(finder.find(str(repository.top)).identity, repository)
    return found


def _find_checkout(repository: Repository | None) -> _Checkout:
    if repository is None:
        return _NOWHERE
    with suppress(ToolMissing):
        return _Checkout(repository.common, git_lines.read_head(repository.common))
    return _NOWHERE


def _link_project(store: Store, project: _ChangedProject, checkout: _Checkout) -> int:
    """Store the links of the project's sessions and the survival of their commits; return how many sessions."""
    known = list(read_stored_commits(store.connection, project.identity))
    left = list(authorship.read_traces(store, project.sessions))
    found = defaultdict[bytes, list[Link]](list)
    told = [pair for note in project.notes for pair in note.rewritten]
    made = _find_makers(store, project.notes)
    direct = link(left, known, checkpoints=_read_checkpoints(checkout), rewritten=told, made=made)
    rewrites = find_project_rewrites(known, told, checkout.repo, checkout.head)
    for one in carry_links(direct, rewrites, left, {one.hash: one for one in known}):
        found[one.session].append(one)
    place = {one.hash: number for number, one in enumerate(known)}
    for some in found.values():
        some.sort(key=lambda one: place[one.commit_hash])
    rows = [DerivedValue(one.session, project.state, session_links.encode_links(found[one.session])) for one in left]
    store.put_derived(session_links.KIND, rows, VERSION)
    if checkout.repo is not None and checkout.head:
        with suppress(SourceError, ToolMissing):  # a damaged repository: what became of the lines stays unknown
            asked = SurvivalQuery(left, found, known, checkout.head)
            fates = find_fates(git_lines.LinesOfRepository(checkout.repo, store.salt), asked)
            rows = [DerivedValue(uid, project.state, commit_fates.encode_fate(fate)) for uid, fate in fates]
            store.put_derived(commit_fates.KIND, rows, commit_fates.VERSION)
    return len(left)


def _find_makers(store: Store, notes: Sequence[GitNote]) -> list[tuple[str, bytes]]:
    """Return the commits that an agent's processes made, each with its session; a rebase makes none anew."""
    commits = [one for one in notes if one.event is GitEvent.COMMIT and one.hash and one.word in _MAKING]
    owners = {process for one in commits for process in one.ancestors}
    agents = AgentProcesses(read_owned(store.connection, owners)) if owners else None
    found = [(one.hash or "", agents.find_owner(one)) for one in commits] if agents else []
    return [(commit, owner.session) for commit, owner in found if owner is not None]


def _read_checkpoints(checkout: _Checkout) -> Mapping[str, frozenset[str]]:
    if checkout.repo is not None:
        with suppress(SourceError, ToolMissing):
            return git_checkpoints.read_checkpoints(checkout.repo)
    return {}
