"""List what would help in a scope, by the file it would go into, and what became of what was applied. It only reads."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import atomic_files
from twiceshy.archive.applied_remedies import list_applied
from twiceshy.archive.db import Store
from twiceshy.archive.reads.shared_projects import ProjectSession, read_project_sessions
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing, UsageError
from twiceshy.base.values import Scope
from twiceshy.insights.remedy.line_choice import choose_lines, estimate_tokens
from twiceshy.insights.remedy.proposals import LINE_KINDS, propose_remedies
from twiceshy.insights.remedy.remedy_effect import compare_sessions
from twiceshy.insights.remedy.setting_edit import GIT, SHELL, is_set_in, name_start_file, put_setting
from twiceshy.insights.suggest import known_remedies
from twiceshy.insights.suggest.apply_remedies import UnfitFile, read_target
from twiceshy.logs.agent_instructions import (
    INSTRUCTION_FILES,
    choose_project_file,
    find_own_file,
    find_settings_file,
    find_user_file,
    read_instructions,
)
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.history.project_here import make_finder
from twiceshy.logs.hook_changes import HostEnvironment, render_diff
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import ProjectFinder, repository_of
from twiceshy.records.insights import Insight, RemedyKind, SettingChange
from twiceshy.records.suggestions import (
    AppliedRemedy,
    Conflict,
    RemedyEffect,
    RemedyProposal,
    Suggestion,
    SuggestionList,
    SuggestionPlace,
)
from twiceshy.stats.text.foreign_names import bare_name
from twiceshy.stats.text.jsonc import NotJson

# Where a project lies on this machine, and which agents worked in it; both from its stored sessions.

_MOST_FOLDERS = 20
"""Folders of a project that are looked at, the newest first (guess, 2026-11-22)."""


class ProjectPlace(NamedTuple):
    """A project on this machine."""

    root: Path | None
    """None: none of its folders is here."""
    agents: list[str]
    """The most frequent first."""


def find_place(identity: str, sessions: Sequence[ProjectSession], folder: Path, finder: ProjectFinder) -> ProjectPlace:
    """Return where a project lies: around ``folder`` if that is in it, else where its newest session worked."""
    own = [session for session in sessions if session.project_identity == identity]
    agents = [agent for agent, _ in Counter(session.agent for session in own).most_common()]
    wanted = to_local_path(identity)
    folders = dict.fromkeys([str(folder), *(to_local_path(session.cwd) for session in own if session.cwd)])
    for name in list(folders)[:_MOST_FOLDERS]:
        path = Path(os.path.expanduser(name))  # noqa: PTH111  # pathlib's own raises where there is no such user
        if path.is_absolute() and path.is_dir() and finder.find(str(path)).identity == wanted:
            return ProjectPlace(_find_top(path), agents)
    return ProjectPlace(None, agents)


def _find_top(folder: Path) -> Path:
    """Return the work tree around a folder; the folder itself where there is none."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


def is_tracked(root: Path, path: Path) -> bool:
    """Tell whether git tracks a file; not where git cannot be asked."""
    try:
        return bool(ask_git(root, "ls-files", "--error-unmatch", "--", str(path), accept=(0, 1)).strip())
    except (SourceError, ToolMissing):
        return False


# Which file a setting goes into, and whether that file sets it already.


class SettingPlace(NamedTuple):
    """Where a setting goes."""

    path: Path | None
    """None: nobody knows a file for it."""
    known: bool
    """The file sets that key already, to this value or another."""


def find_setting_place(change: SettingChange, root: Path | None, here: HostEnvironment) -> SettingPlace:
    """Return the file for a setting: of the project where ``root`` is known and that stays the user's, else theirs."""
    path = _find_file(change, root, here)
    if path is None:
        return SettingPlace(None, known=False)
    try:
        text = read_target(path, (*((root,) if root else ()), here.home)) or ""
    except UnfitFile:
        return SettingPlace(path, known=False)
    return SettingPlace(path, known=_is_known(text, change))


def _find_file(change: SettingChange, root: Path | None, here: HostEnvironment) -> Path | None:
    if change.program == GIT:
        repository = repository_of(root) if root is not None else None
        if repository is not None:
            return repository.common / "config"
        return Path(here.env.get("GIT_CONFIG_GLOBAL") or here.home / ".gitconfig")
    if change.program == SHELL:
        name = name_start_file(here.env.get("SHELL", ""))
        return here.home / name if name else None
    if change.program not in INSTRUCTION_FILES:
        return None
    return find_settings_file(change.program, root, here.env, here.home)


def _is_known(text: str, change: SettingChange) -> bool:
    """Tell whether a file sets a key already; one that cannot be read is told of when it is written."""
    if change.program in {GIT, SHELL}:
        return is_set_in(text, change)
    try:
        return not put_setting(text, change).insertions
    except NotJson as error:
        return "already" in str(error)


__all__ = ["HostEnvironment", "render_diff"]
_EVERYWHERE = "all projects"
_MOST_PROJECTS = 3
"""Projects in a list that was asked for outside of any of them (guess, 2026-11-22)."""


class _Known(NamedTuple):
    """What is known beside the proposals."""

    here: HostEnvironment
    sessions: list[ProjectSession]
    applied: list[AppliedRemedy]
    finder: ProjectFinder


class _Counts(NamedTuple):
    """Lines that are left out, by why."""

    known: int = 0
    refused: int = 0
    more: int = 0
    conflicts: tuple[Conflict, ...] = ()


def list_suggestions(config: Config, scope: Scope, here: HostEnvironment, *, only_here: bool) -> SuggestionList:
    """Return what would help in a scope; with ``only_here`` of the project around the working folder, or of a few."""
    proposals = known_remedies.read_proposals(config, scope)
    with Store.open(config.home, readonly=True) as store:
        known = _Known(
            here, read_project_sessions(store.connection), list_applied(store.connection), make_finder(store)
        )
    chosen = _keep_near(proposals, known) if only_here else proposals
    places, counts = _arrange(_tell_apart(chosen), known)
    elsewhere = {one.project for one in proposals} - {one.project for one in chosen}
    return SuggestionList(
        places=places,
        effects=[_compare(one, proposals, known.sessions) for one in known.applied if one.applied_at is not None],
        known=counts.known,
        refused=counts.refused,
        more=counts.more,
        conflicts=list(counts.conflicts),
        elsewhere=sorted(elsewhere),
    )


def find_open(config: Config, insights: Sequence[Insight], here: HostEnvironment) -> frozenset[str]:
    """Return the ids of those insights whose first remedy is open: not applied, and not said by the files already."""
    proposals = propose_remedies(insights, ())
    if not proposals:
        return frozenset()
    with Store.open(config.home, readonly=True) as store:
        known = _Known(
            here, read_project_sessions(store.connection), list_applied(store.connection), make_finder(store)
        )
    places, _ = _arrange(proposals, known)
    return frozenset(one.id for place in places for one in place.suggestions) & {one.id for one in insights}


def _keep_near(proposals: list[RemedyProposal], known: _Known) -> list[RemedyProposal]:
    """Return what is about the project around a folder, else about the first few; and what holds everywhere."""
    identities = list(dict.fromkeys(one.project_identity for one in proposals if one.project_identity))
    here = known.finder.find(str(known.here.cwd)).identity
    near = {one for one in identities if to_local_path(one) == here} or {*identities[:_MOST_PROJECTS]}
    return [one for one in proposals if one.project_identity in {*near, ""}]


def _tell_apart(proposals: list[RemedyProposal]) -> list[RemedyProposal]:
    """Return the proposals; projects that share a name are called by their whole identity."""
    named: dict[str, set[str]] = {}
    for one in proposals:
        named.setdefault(one.project, set()).add(one.project_identity)
    return [
        replace(one, project=bare_name(one.project_identity.partition(":")[2])) if len(named[one.project]) > 1 else one
        for one in proposals
    ]


def _arrange(proposals: Sequence[RemedyProposal], known: _Known) -> tuple[list[SuggestionPlace], _Counts]:
    """Return the places with their suggestions numbered, and how many lines were left out."""
    places, counts = list[SuggestionPlace](), _Counts()
    done = {one.id for one in known.applied if one.applied_at is not None}
    for identity, own in _group_by_project(one for one in proposals if one.id not in done).items():
        place = (
            find_place(identity, known.sessions, known.here.cwd, known.finder) if identity else _find_user_place(known)
        )
        more, left_out = _place_lines([one for one in own if one.kind in LINE_KINDS], place, known.here)
        places += more
        places += _place_settings([one for one in own if one.kind not in LINE_KINDS], place, known.here)
        counts = _add_counts(counts, left_out)
    return list(_number(places)), counts


def _group_by_project(proposals: Iterable[RemedyProposal]) -> dict[str, list[RemedyProposal]]:
    """Return the proposals by their project's identity, in order."""
    found: dict[str, list[RemedyProposal]] = {}
    for one in proposals:
        found.setdefault(one.project_identity, []).append(one)
    return found


def _add_counts(a: _Counts, b: _Counts) -> _Counts:
    """Return the sums of two counts."""
    return _Counts(a.known + b.known, a.refused + b.refused, a.more + b.more, a.conflicts + b.conflicts)


def _find_user_place(known: _Known) -> ProjectPlace:
    """Return what stands for every project: no folder, and the agents of all sessions."""
    return ProjectPlace(
        None,
        find_place(
            "", [one._replace(project_identity="") for one in known.sessions[:1000]], Path(), known.finder
        ).agents,
    )


def _place_lines(
    proposals: Sequence[RemedyProposal], place: ProjectPlace, here: HostEnvironment
) -> tuple[list[SuggestionPlace], _Counts]:
    """Return the file that a project's lines go into, if there are any, and how many were left out."""
    if not proposals:
        return [], _Counts()
    first = proposals[0]
    path = own = None
    tracked = False
    if place.root is not None:
        path = choose_project_file(place.agents, place.root)
        tracked = is_tracked(place.root, path)
        own = find_own_file(place.agents, place.root, path) if tracked else None
    elif not first.project_identity:
        path = find_user_file(place.agents, here.env, here.home)
    found = choose_lines(proposals, read_instructions(place.root, here.cwd, here.env, here.home))
    conflicts = tuple(
        Conflict(id=one.id, text=one.text, evidence=one.evidence, project=one.project, says=says)
        for one, says in found.conflicts
    )
    counts = _Counts(found.known, found.refused, found.more, conflicts)
    if not found.chosen:
        return [], counts
    lines = [_make_suggestion(proposal, str(line), estimate_tokens(line)) for proposal, line in found.chosen]
    name = first.project or _EVERYWHERE
    title = f"{path.name} ({name})" if path else f"{name} (its folder is not on this machine)"
    return [_make_place(title, path, first, lines, tracked=tracked, own=own)], counts


def _place_settings(
    proposals: Sequence[RemedyProposal], place: ProjectPlace, here: HostEnvironment
) -> list[SuggestionPlace]:
    """Return the files that settings go into, and what a person does by hand."""
    by_path: dict[Path | None, list[RemedyProposal]] = {}
    for one in proposals:
        path = None
        if one.setting is not None:
            found = find_setting_place(one.setting, place.root, here)
            if found.known:
                continue
            path = found.path
        by_path.setdefault(path, []).append(one)
    return [
        _make_place(
            f"{_spell(path, place, here)} ({own[0].project or _EVERYWHERE})" if path else "by hand",
            path,
            own[0],
            [_make_suggestion(one, one.text, 0) for one in own],
        )
        for path, own in by_path.items()
    ]


def _spell(path: Path, place: ProjectPlace, here: HostEnvironment) -> str:
    """Return a path as people write it: from the project's root, or from the home folder."""
    for folder, start in ((place.root, ""), (here.home, "~/")):
        if folder is not None and path.is_relative_to(folder):
            return f"{start}{path.relative_to(folder)}"
    return str(path)


def _make_suggestion(proposal: RemedyProposal, text: str, tokens: int) -> Suggestion:
    return Suggestion(
        number=0,
        id=proposal.id,
        kind=proposal.kind,
        text=text,
        evidence=proposal.evidence,
        tokens=tokens,
        setting=proposal.setting,
        package=proposal.package if proposal.kind is RemedyKind.INSTALL else "",
    )


def _make_place(
    title: str,
    path: Path | None,
    of: RemedyProposal,
    suggestions: list[Suggestion],
    *,
    tracked: bool = False,
    own: Path | None = None,
) -> SuggestionPlace:
    return SuggestionPlace(
        title=title,
        path=path,
        project=of.project,
        project_identity=of.project_identity,
        tracked=tracked,
        own=own,
        suggestions=suggestions,
        tokens=sum(one.tokens for one in suggestions),
    )


def _number(places: Sequence[SuggestionPlace]) -> Iterator[SuggestionPlace]:
    """Yield the places with their suggestions numbered from 1 through all of them."""
    number = 0
    for place in places:
        numbered = []
        for one in place.suggestions:
            number += 1
            numbered.append(replace(one, number=number))
        yield replace(place, suggestions=numbered)


def _compare(
    applied: AppliedRemedy, proposals: Sequence[RemedyProposal], sessions: Sequence[ProjectSession]
) -> RemedyEffect:
    """Return what became of the mistake that a remedy is against."""
    assert applied.applied_at is not None  # noqa: S101  # chosen so; for the type checker
    told = [one.cases for one in proposals if one.id == applied.id]
    own = [(one.uid, one.at) for one in sessions if applied.project_identity in {one.project_identity, ""}]
    return compare_sessions(applied, applied.applied_at, own, frozenset().union(*told) if told else None)


# Which id a number stands for: only in the list last shown to the same terminal.


def remember_shown(config: Config, terminal: str, numbers: Mapping[int, str], at: datetime) -> None:
    """Store what the numbers of a list mean that a terminal shows now; without a terminal nothing is stored."""
    if terminal:
        atomic_files.remember(config.home, terminal, numbers, at)


def name_shown(config: Config, terminal: str, word: str, at: datetime) -> str:
    """Return the id that a word means: a number of the list last shown, else the word itself.

    Raises:
        UsageError: it is a number, and no list was shown here lately that has it.
    """
    if not (word.isascii() and word.isdigit()):
        return word
    shown = atomic_files.recall(config.home, terminal, at) if terminal else {}
    found = shown.get(int(word[:9]))
    if found is None:
        reason = f"the last list had no {word}" if shown else "no list was shown to this terminal lately"
        raise UsageError(f"{reason}: run `twiceshy suggest` first, or give an id (i-… or p-…).")
    return found
