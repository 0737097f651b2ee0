"""List what lies in the places that were named: logs by their names, repositories by their folders. Nothing is opened.

Of a path only two parts have a meaning, and only where a person said which: the team, and the person, of whom nothing
but a keyed hash is kept.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import twiceshy
from twiceshy.base.errors import UsageError
from twiceshy.logs.log_owner import may_be_log
from twiceshy.logs.repository_finder import UnreadableRepository, find_repositories
from twiceshy.records.fleet import FleetWish, SetAside
from twiceshy.wings.fleet.lake.places import PassedOver, find_local_path, open_place
from twiceshy.wings.fleet.planning.changes import ListedInput

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
    """Return the version of all that is computed: the hash of this package's files, but for what only shows it.

    Whatever rule was changed, every shard is touched again, and each of its values by its own version.
    """
    root = Path(twiceshy.__file__).parent
    found = blake2b(digest_size=16)
    for path in _list_sources(root):
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _list_sources(root: Path) -> Sequence[Path]:
    files = (path for path in root.rglob("*") if path.suffix in {".py", ".toml", ".json", ".sql"})
    showing = {"demo", "doors", "screens", "server", "surfaces", "verbs"}
    return sorted(path for path in files if not showing & set(path.relative_to(root).parts))
