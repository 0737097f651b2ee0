"""Look at the beginning of new inputs: whose log is it, which project and session is it about, what does it hash to?

A unit of work is some hundred inputs, so that an engine spreads them. Nothing of a log's text leaves it: names come
back as hashes keyed with the fleet's secret. The logs are of other machines, so that a folder that is named in one is
never looked for on this one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from twiceshy.base.errors import SourceError, locate_fault
from twiceshy.base.foreign_files import stream_foreign
from twiceshy.commands.keys.gate_keys import make_absolute
from twiceshy.logs.benchmark_instances import CONTAINER_FOLDERS, instance_on_path, repository_of_instance
from twiceshy.logs.fixture_paths import is_fixture
from twiceshy.logs.log_owner import HEAD, owner_of
from twiceshy.logs.projects import ProjectFinder
from twiceshy.logs.readers import list_readers
from twiceshy.records.events import Session
from twiceshy.records.fleet import FleetInput, InputLook
from twiceshy.records.ingest import Cursor
from twiceshy.wings.fleet.lake.places import find_local_path, hold_local
from twiceshy.wings.fleet.recipes.list_inputs import hash_name

PACK = 500
"""Inputs of one unit of work: some seconds (guess, 2026-11-23)."""
_FURTHER = 1 << 20
"""Bytes in which a session says who it is where the first 64 KiB do not: instructions of 60 KB were seen before it
(seen 2026-11-21)."""
_LINES = frozenset({".jsonl", ".ndjson", ".log", ".txt", ".out"})
"""Names of files of which the beginning alone can be read."""
_REMOTE = "remote:"


@dataclass(frozen=True, slots=True)
class LookDesk:
    """What a worker holds from one pack to the next."""

    secret: bytes
    roots: tuple[str, ...]
    """Places of logs that were named: what lies in a folder of tests is left out unless that was named itself."""
    projects: ProjectFinder
    """For repositories, which do lie here."""


def prepare_look(secret: bytes, roots: tuple[str, ...]) -> LookDesk:
    """Return what a worker holds."""
    return LookDesk(secret, roots, ProjectFinder())


def look_at_pack(desk: LookDesk, pack: tuple[FleetInput, ...]) -> tuple[InputLook, ...]:
    """Return what a look at each input told, in order; one that cannot be read has a reason and hides no other."""
    return tuple(_look(desk, one) for one in pack)


def _look(desk: LookDesk, one: FleetInput) -> InputLook:
    try:
        return _look_at_repository(desk, one) if one.kind == "repository" else _look_at_log(desk, one)
    except SourceError as error:
        return InputLook(one.place, reason=str(error))
    except OSError as error:
        return InputLook(one.place, reason=f"cannot be read: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001  # one odd file must not hide the others
        return InputLook(one.place, reason=f"not looked at, for a fault of ours ({locate_fault(error)})")


def _look_at_repository(desk: LookDesk, one: FleetInput) -> InputLook:
    identity = desk.projects.find(one.place).identity
    names = name_repository(desk.secret, identity, one.place)
    return InputLook(one.place, project=hash_name(desk.secret, "project", identity), identity=identity, names=names)


def name_repository(secret: bytes, identity: str, place: str) -> tuple[str, ...]:
    """Return the hashes of what a repository's project may be called: by its remote, and by its folders."""
    *_, above, own = ("", *PurePosixPath(place).parts)
    own = own.removesuffix(".git")
    return _hash_names(secret, [*_name_remote(identity), f"{above}/{own}", own])


def _look_at_log(desk: LookDesk, one: FleetInput) -> InputLook:
    suffix = PurePosixPath(one.place.partition("?")[0]).suffix
    with hold_local(one.place, _FURTHER if suffix in _LINES else 0) as path:
        agent, _, fault = owner_of(path, list_readers())
        if agent is None:
            return InputLook(one.place, reason=f"not looked at, for a fault of ours ({fault})" if fault else "")
        if _is_fixture(desk, one.place):
            return InputLook(one.place, reason="it lies among a project's tests or examples: name its folder itself")
        digest = _hash_content(path) if find_local_path(one.place) is not None else ""
        session = _find_session(agent, path)
        if session is None:
            return InputLook(one.place, agent, _hash_folder(desk, one), digest=digest)
        project = _identify(session, path)
    return InputLook(
        one.place,
        agent,
        hash_name(desk.secret, "project", project.identity),
        _REMOTE if project.identity.startswith(_REMOTE) else "",
        _hash_names(desk.secret, project.names),
        hash_name(desk.secret, "session", f"{agent}\0{session.native_id}"),
        digest,
    )


def _find_session(agent: str, path: Path) -> Session[str] | None:
    """Return the first session that a log tells of; None where its beginning tells of none."""
    for limit in (HEAD, _FURTHER):
        batch = list_readers()[agent].read(path, Cursor(), salt=b"look", limit_bytes=limit)
        found = next((event for event in batch.events if isinstance(event, Session)), None)
        if found is not None or batch.done:
            return found
    return None


class _LoggedProject(NamedTuple):
    identity: str
    names: tuple[str, ...]


def _identify(session: Session[str], path: Path) -> _LoggedProject:
    """Return the project that a session names: its remote, a benchmark's instance, or else its folder."""
    identity = session.project
    if session.cwd and identity.startswith("folder:"):
        instance = instance_on_path(path) if session.cwd in CONTAINER_FOLDERS else None
        repository = repository_of_instance(instance) if instance else None
        folder = make_absolute(session.cwd, "")
        if not repository:
            return _LoggedProject(f"folder:{folder}", (PurePosixPath(folder).name,))
        identity = f"{_REMOTE}{repository}"
    return _LoggedProject(identity, _name_remote(identity))


def _name_remote(identity: str) -> tuple[str, ...]:
    """Return what a project with a remote is called: ``owner/name``, then ``name``."""
    if not identity.startswith(_REMOTE):
        return ()
    parts = identity.removeprefix(_REMOTE).split("/")[1:]
    return ("/".join(parts[-2:]), parts[-1]) if len(parts) > 1 else tuple(parts)


def _hash_names(secret: bytes, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hash_name(secret, "name", name.casefold()) for name in names if name))


def _hash_folder(desk: LookDesk, one: FleetInput) -> str:
    """Return the project of a log that names none: what lies in its folder belongs together."""
    return hash_name(desk.secret, "project", f"place:{one.place.rpartition('/')[0]}")


def _is_fixture(desk: LookDesk, place: str) -> bool:
    if not is_fixture(Path(place)):
        return False
    roots = [root for root in desk.roots if place.startswith(root.rstrip("/"))]
    return not any(is_fixture(Path(root, "any")) for root in roots)


def _hash_content(path: Path) -> str:
    with stream_foreign(path, 0) as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()  # type: ignore[arg-type]  # a raw file has what it asks for
