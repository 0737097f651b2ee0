"""Which stored project is a folder in? The same for its work trees and clones, whatever its remote is called today."""

from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.reads.shared_projects import StoredProject, list_commits, list_projects
from twiceshy.base.values import Project, RawProject
from twiceshy.commands.keys.gate_keys import make_absolute
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import ProjectFinder, find_project, holds_commit, repository_of


def find_stored_project(store: Store, folder: Path) -> RawProject:
    """Return the project of a folder with the identity and name that it is stored with; as it is where it is not.

    A remote that was added since the last session is not stored yet: the folder and a commit of the project tell it.

    Raises:
        StoreError: the store cannot be read.
    """
    project = find_project(folder)
    known = _list_by_identity(store)
    found = known.get(project.identity) or _find_by_place(store, folder, known)
    return project if found is None else Project(identity=found.identities[0], name=found.name)


def make_finder(store: Store) -> ProjectFinder:
    """Return what finds folders' projects as they are stored, with the user's name in the paths of folders.

    Raises:
        StoreError: the store cannot be read.
    """
    known = _list_by_identity(store).items()
    return ProjectFinder(
        {identity: Project(identity=to_local_path(one.identities[0]), name=one.name) for identity, one in known}
    )


def _list_by_identity(store: Store) -> dict[str, StoredProject]:
    """Return the stored projects by each of their identities; folders as they are on this machine."""
    return {to_local_path(identity): one for one in list_projects(store.connection) for identity in one.identities}


def _find_by_place(store: Store, folder: Path, known: dict[str, StoredProject]) -> StoredProject | None:
    """Return the project that was in this repository's folder, if the repository has its commits."""
    repository = repository_of(folder)
    if repository is None:
        return None
    found = known.get(f"folder:{make_absolute(str(repository.top), '')}")
    if found is None:
        return None
    roots = [one.partition(":")[2] for one in found.identities if one.startswith("root:")]
    commits = list_commits(store.connection, found.key)
    return found if holds_commit(repository, [*roots, *commits]) else None
