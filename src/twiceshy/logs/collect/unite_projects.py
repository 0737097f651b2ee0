"""Look again at where stored sessions worked, so that one code base stays one project.

A remote that is added, renamed or removed, a work tree of unknown form, a folder that became a repository: each
gives a folder another identity than its sessions have. What was learned there would be forgotten, or told to nobody. A
changed identity is believed only with evidence that the code is the same: a commit or a file of the project. Another
repository at an old path has none. Where a project's folders disagree, as copies of one template do once each has an
address of its own, the sessions of each folder go where it belongs.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import project_rows
from twiceshy.archive.batch_insert import find_or_add_project
from twiceshy.archive.db import Store
from twiceshy.archive.reads import shared_projects
from twiceshy.archive.reads.shared_projects import ProjectFolder
from twiceshy.base.values import Project, Scrubbed
from twiceshy.commands.keys.gate_keys import make_absolute
from twiceshy.commands.keys.work_trees import find_main_folder
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import ProjectFinder, holds_commit, repository_of
from twiceshy.privacy.scrub import Scrubber

_FOLDER, _REMOTE = "folder:", "remote:"


class _Sight(NamedTuple):
    """What a folder of a project says today."""

    folder: str
    """As it is stored."""
    now: Project[Scrubbed]
    """Its identity and name, as they may be stored."""
    top: str = ""
    """The identity of the repository's own folder; empty where the folder is in none on this machine."""


def unite_projects(store: Store, scrubber: Scrubber) -> int:
    """Give each stored project its names and identities of today; return how many rows of projects changed.

    Raises:
        StoreError: the store cannot be written.
    """
    finder = ProjectFinder()
    changed = 0
    for project, folders in _group(shared_projects.list_folders(store.connection)):
        if not _is_known(store, project.identity, project.project):
            continue  # it went into another one
        sights = list(_look(store, project, folders, finder, scrubber))
        name = _choose_name(project, folders, sights)
        if name == project.name and not _is_news(store, project, sights):
            continue
        with store.begin_writing() as connection:
            project_rows.rename(connection, project.project, name)
            _unite(store, project, sights)
            changed += 1
    return changed


def _group(rows: Iterable[ProjectFolder]) -> Iterator[tuple[ProjectFolder, list[str]]]:
    """Yield each project by its first row, with its folders."""
    for _, some in groupby(rows, key=lambda one: one.project):
        mine = list(some)
        yield mine[0], [one.folder for one in mine]


def _look(
    store: Store,
    project: ProjectFolder,
    folders: Sequence[str],
    finder: ProjectFinder,
    scrubber: Scrubber,
) -> Iterator[_Sight]:
    """Yield what the folders say; one that is not here, or where other code lies now, says nothing."""
    for folder in folders:
        local = to_local_path(folder)
        if scrubber.text(local) != folder:  # another person's: its form is all that is known
            main = find_main_folder(make_absolute(folder, ""))
            if main is not None and project.identity.startswith(_FOLDER):
                yield _Sight(folder, _scrub(_FOLDER + main, main.rpartition("/")[2], scrubber))
            continue
        found = finder.find(local)
        now = _scrub(found.identity, found.name, scrubber)
        here = repository_of(Path(local)) if Path(local).is_absolute() else None
        top = "" if here is None else scrubber.text(_FOLDER + make_absolute(str(here.top), ""))
        if _is_known(store, now.identity, project.project) or _is_believed(store, project, local, now):
            yield _Sight(folder, now, top)


def _scrub(identity: str, name: str, scrubber: Scrubber) -> Project[Scrubbed]:
    return Project(identity=scrubber.text(identity), name=scrubber.text(name))


def _is_known(store: Store, identity: str, project: int) -> bool:
    return shared_projects.find_project_id(store.connection, identity) == project


def _is_believed(store: Store, project: ProjectFolder, local: str, now: Project[Scrubbed]) -> bool:
    """Tell whether what lies in a folder now is the code of the project that its sessions were stored with."""
    by_form = find_main_folder(make_absolute(local, "")) is not None
    if now.identity.startswith(_FOLDER):
        return by_form and project.identity.startswith(_FOLDER)
    if project.identity.startswith(_FOLDER):
        files = shared_projects.list_files(store.connection, project.project)
        paths = (Path(local, to_local_path(file)) for file in files)
        return by_form or any(path.is_relative_to(local) and path.exists() for path in paths)
    repository = repository_of(Path(local)) or repository_of(Path(find_main_folder(make_absolute(local, "")) or local))
    if repository is None:
        return False
    root = [project.identity.partition(":")[2]] if project.identity.startswith("root:") else []
    commits = shared_projects.list_commits(store.connection, project.project)
    return holds_commit(repository, [*root, *commits])


def _choose_name(project: ProjectFolder, folders: Sequence[str], sights: Sequence[_Sight]) -> str:
    """Return the project's name; one that is known by its first commit is called by its folder, never by a hash."""
    kind, _, root = project.identity.partition(":")
    if kind != "root" or not root.startswith(project.name):
        return project.name
    if sights:
        return sights[0].now.name
    path = make_absolute(folders[0], "")
    return (find_main_folder(path) or path).rpartition("/")[2] or project.name


def _is_news(store: Store, project: ProjectFolder, sights: Iterable[_Sight]) -> bool:
    """Tell whether the folders say something that is not stored."""
    connection, mine = store.connection, project.project
    return any(
        not _is_known(store, one.now.identity, mine) or shared_projects.may_be_alias(connection, one.top, mine)
        for one in sights
    )


def _unite(store: Store, project: ProjectFolder, sights: Sequence[_Sight]) -> None:
    """Store what the folders say. Where they agree the whole project goes, also what is not on this machine."""
    if project.identity.startswith(_REMOTE):
        sights = _keep_rootless(store, project, sights)
    news = [one for one in sights if not _is_known(store, one.now.identity, project.project)]
    home = project.project
    if news and len({one.now.identity for one in sights}) == 1:
        home = _join(store, project, news[0].now)
    else:
        _split(store, project, news)
    for one in sights:
        if _is_known(store, one.now.identity, home) and shared_projects.may_be_alias(store.connection, one.top, home):
            project_rows.add_alias(store.connection, one.top, home)


def _keep_rootless(store: Store, project: ProjectFolder, sights: Iterable[_Sight]) -> list[_Sight]:
    """Let folders that lost their remote stay in the project; return the others.

    A first commit may be that of other projects too: the first that is known by it keeps it.
    """
    rest = []
    for one in sights:
        if one.now.identity.startswith(_REMOTE):
            rest.append(one)
        elif shared_projects.find_project_id(store.connection, one.now.identity) is None:
            project_rows.add_alias(store.connection, one.now.identity, project.project)
    return rest


def _split(store: Store, project: ProjectFolder, news: Iterable[_Sight]) -> None:
    """Let the sessions of each folder go to the project that it names."""
    for one in news:
        to = find_or_add_project(store.connection, one.now.identity, one.now.name)
        project_rows.move_sessions(store.connection, one.folder, project.project, to)


def _join(store: Store, project: ProjectFolder, now: Project[Scrubbed]) -> int:
    """Let a project be known by another identity; return its row.

    Of two repositories' rows the older stays, as what was learned hangs on it; a folder's row gives way.
    """
    if project.identity.startswith(_FOLDER):
        into = find_or_add_project(store.connection, now.identity, now.name)
        project_rows.merge(store.connection, project.project, into)
        return into
    other = shared_projects.find_project_id(store.connection, now.identity)
    if other is None:
        project_rows.add_alias(store.connection, now.identity, project.project)
        return project.project
    into, gone = sorted((project.project, other))
    project_rows.merge(store.connection, gone, into)
    return into
