"""List what lies in the places that were named: logs by their names, repositories by their folders. Nothing is opened.

Of a path only two parts have a meaning, and only where a person said which: the team, and the person, of whom nothing
but a keyed hash is kept.
"""

import hashlib
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

import twiceshy
import twiceshy_fleet
import twiceshy_git
from twiceshy.base.errors import SourceError, UsageError, locate_fault
from twiceshy.base.foreign_files import stream_foreign
from twiceshy.commands.keys.gate_keys import make_absolute
from twiceshy.logs.benchmark_instances import CONTAINER_FOLDERS, instance_on_path, repository_of_instance
from twiceshy.logs.file_walk import is_fixture
from twiceshy.logs.log_owner import HEAD, may_be_log, owner_of
from twiceshy.logs.projects import ProjectFinder
from twiceshy.logs.readers import list_readers
from twiceshy.logs.repository_finder import UnreadableRepository, find_repositories
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.events import Session
from twiceshy.records.fleet import FleetInput, FleetWish, InputLook, SetAside
from twiceshy.records.ingest import Cursor
from twiceshy_fleet.lake.places import PassedOver, find_local_path, hold_local, open_place
from twiceshy_fleet.planning.changes import ListedInput

_NO_TEXT = "its name is not UTF-8: rename it"


class ListedPlaces(NamedTuple):
    """All inputs that are there, and what was passed over."""

    inputs: list[ListedInput]
    aside: list[SetAside]


def list_inputs(wish: FleetWish, secret: bytes) -> ListedPlaces:
    """Return every log and repository that is there, in the order of the places named.

    Raises:
        UsageError: a place is none, or cannot hold repositories.
        SourceError: a place cannot be listed.
    """
    aside: list[SetAside] = []
    namer = _Namer(wish, secret)
    inputs = [one for place in wish.logs for one in _list_logs(place, namer, aside)]
    inputs += [one for place in wish.repositories for one in _list_repositories(place, namer, aside)]
    return ListedPlaces(inputs, aside)


class _Namer:
    """Says which team and person a path is of; equal parts are hashed once."""

    def __init__(self, wish: FleetWish, secret: bytes) -> None:
        self._team_at = wish.team_at
        self._person_at = wish.person_at
        self._secret = secret
        self._persons: dict[str, str] = {}

    def name(self, below: str) -> tuple[str, str]:
        """Return team and person's hash of a path below its root; empty where it has no such folder."""
        folders = below.split("/")[:-1]
        team = folders[self._team_at - 1] if 0 < self._team_at <= len(folders) else ""
        if not 0 < self._person_at <= len(folders):
            return team, ""
        person = folders[self._person_at - 1]
        found = self._persons.get(person)
        if found is None:
            found = self._persons[person] = hash_name(self._secret, "person", person)
        return team, found


def hash_name(secret: bytes, kind: str, name: str) -> str:
    """Return what stands for a name of this kind: the same in every run with the same secret, as hex."""
    text = f"{kind}\0{name}".encode("utf-8", "surrogatepass")
    return blake2b(text, key=secret, digest_size=16, person=b"fleet").hexdigest()


def _list_logs(address: str, namer: _Namer, aside: list[SetAside]) -> Iterator[ListedInput]:
    def pass_over(one: PassedOver) -> None:
        if not one.reason.startswith("it is ") or may_be_log(one.address):
            aside.append(SetAside(spell_address(one.address), "", one.reason))

    place = open_place(address)
    path = find_local_path(address)
    if path is not None and not path.exists():
        raise UsageError(f"there is no {address}. Name folders of logs that are there.")
    for one in place.list_files(pass_over):
        if not may_be_log(one.name):
            continue
        if spell_address(one.address) != one.address:
            aside.append(SetAside(spell_address(one.address), "", _NO_TEXT))
        else:
            team, person = namer.name(one.name)
            yield ListedInput("log", one.address, one.size, one.stamp, team, person)


def _list_repositories(address: str, namer: _Namer, aside: list[SetAside]) -> Iterator[ListedInput]:
    root = find_local_path(address)
    if root is None:
        raise UsageError(f"git cannot read a repository in {address}: name a folder that every worker can see.")
    if not root.is_dir():
        raise UsageError(f"there is no folder {address}. Name folders of repositories that are there.")
    for one in find_repositories(root):
        path = spell_address(str(one.path))
        if isinstance(one, UnreadableRepository) or path != str(one.path):
            aside.append(SetAside(path, "", one.reason if isinstance(one, UnreadableRepository) else _NO_TEXT))
        else:
            team, person = namer.name(one.path.relative_to(root).as_posix())
            yield ListedInput("repository", str(one.path), one.size, one.stamp, team, person)


def spell_address(address: str) -> str:
    """Return an address as text that can be written, whatever bytes its names have."""
    return address.encode("utf-8", "backslashreplace").decode()


@cache
def find_rules() -> str:
    """Return the version of all that is computed: the hash of our files, but for what only shows it.

    Whatever rule was changed, every shard is touched again, and each of its values by its own version.
    """
    found = blake2b(digest_size=16)
    for package in (twiceshy, twiceshy_git, twiceshy_fleet):
        root = Path(*package.__path__)
        for path in _list_sources(root):
            name = path.relative_to(root.parent).as_posix()
            found.update(name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _list_sources(root: Path) -> Sequence[Path]:
    files = (path for path in root.rglob("*") if path.suffix in {".py", ".toml", ".json", ".sql"})
    showing = {"demo", "doors", "screens", "server", "surfaces", "verbs"}
    return sorted(path for path in files if not showing & set(path.relative_to(root).parts))


# Look at the beginning of new inputs: whose log is it, which project and session is it about, what does it hash to?
#
# A unit of work is some hundred inputs, so that an engine spreads them. Nothing of a log's text leaves it: names come
# back as hashes keyed with the fleet's secret. The logs are of other machines, so that a folder that is named in one is
# never looked for on this one.

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


# Keep credentials out of what is written down of a fleet's inputs: where they lie.
#
# Paths and addresses stand in the output as they are, because the next run must find the same inputs, and they are the
# organisation's own. So one with a credential in it is no place: of those that a person names the run is refused, of a
# log or repository that lies below it is set aside under its scrubbed name, and stays unread until it is called
# otherwise. Of file names in an agent's folder no rule takes one for a credential (0 of 1,314 real ones and 24,000
# invented, by ``Scrubber.find_credentials``, 2026-11-23).

_SECRET_KEY: Final = re.compile(r"(?i)[?&][\w.-]*(?:secret|password|token|credential|signature|sig|key)[\w.-]*=")
"""Of an address's query; by their names, as any value may be a password: `secret_key` (pyarrow), `sig` (Azure)."""
_REASON: Final = "its name holds a secret, and where an input lies is written down: give it another name"


def require_plain_places(wish: FleetWish, scrubber: Scrubber) -> None:
    """Make sure that nothing which a run writes down or passes on holds a credential.

    Raises:
        UsageError: something does, and what to do.
    """
    places = [wish.output, wish.master, *wish.logs, *wish.repositories]
    for number, text in enumerate(places):
        if number in scrubber.find_credentials(places) or _SECRET_KEY.search(text):
            raise UsageError(
                f"{_hide_values(scrubber.text(text))} holds a secret, and places are written into the output. Leave it "
                "out, and give it by the environment or by the cloud's own settings (for S3: AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, or a profile)."
            )
    settings = [f"{name}={value}" for name, value in wish.settings.items()]
    for number in scrubber.find_credentials(settings):
        name = settings[number].partition("=")[0]
        raise UsageError(
            f"--spark {name}=... holds a secret, which Spark would log. Put it into spark-defaults.conf, or give it by "
            "the environment."
        )


def _hide_values(text: str) -> str:
    """Return an address without the values behind its question mark."""
    head, mark, query = text.partition("?")
    return head + mark + re.sub(r"=[^&]*", "=...", query)


def hide_secrets(listed: ListedPlaces, known: Container[str], secret: bytes) -> ListedPlaces:
    """Return a listing without the inputs whose names hold a credential: they are set aside under a scrubbed name.

    ``known`` are the places that stand in the manifest: they were looked at before.
    """
    fresh = [one for one in listed.inputs if one.place not in known]
    passed = [one for one in listed.aside if one.place not in known]
    if not fresh and not passed:
        return listed
    scrubber = Scrubber(load_rules(), secret, RedactionLevel.STANDARD)
    found = scrubber.find_credentials([one.place for one in fresh])
    hidden = {fresh[number].place for number in found}
    aside = [SetAside(clean, fresh[number].stamp, _REASON) for number, clean in found.items()]
    names = scrubber.find_credentials([one.place for one in passed])
    renamed = {passed[number]: passed[number]._replace(place=clean) for number, clean in names.items()}
    return ListedPlaces(
        [one for one in listed.inputs if one.place not in hidden],
        [*(renamed.get(one, one) for one in listed.aside), *aside],
    )
