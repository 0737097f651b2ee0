"""Which inputs belong together, and which of these groups make a shard.

A group is a project: all its logs, whoever wrote them, and its repository. Where one session lies in files of two
projects, both are one group, because what is said of a session is computed from all of it. A group is known by a keyed
hash; once settled, it never changes, and never leaves its shard: what was computed of it stays there.
"""

from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from twiceshy.records.fleet import FleetInput, InputLook, ShardMember

SHARD_BYTES = 256_000_000
"""Of a shard's inputs (guess, 2026-11-23): a minute's work and more, so that starting does not count, and little enough
to be done again when a worker dies."""
_LEAST_BYTES = 16_000_000
"""Of a shard's inputs where there are few (guess, 2026-11-23): some seconds' work, as beginning and ending one takes
one."""
_LEAST_SHARDS = 16
"""Shards that a small fleet is cut into (guess, 2026-11-23): four for each of four workers, so that none waits long."""


class FleetProject(NamedTuple):
    """The project of a given repository."""

    project: str
    """Keyed hash of its identity, as hex."""
    identity: str
    names: tuple[str, ...]
    """Hashes of what it may be called."""
    team: str


class ProjectMatch(NamedTuple):
    """Which project a log belongs to, and that project's identity where the log does not say it itself."""

    project: str
    identity: str


class ProjectMatcher:
    """Finds the project of a log among those of the given repositories."""

    def __init__(self, projects: Iterable[FleetProject]) -> None:
        """Take the projects; two repositories with one identity are one."""
        self._known: set[str] = set()
        self._named: dict[tuple[str, str], set[ProjectMatch]] = {}
        for one in projects:
            self._known.add(one.project)
            for name in one.names:
                self._named.setdefault((one.team, name), set()).add(ProjectMatch(one.project, one.identity))

    def match(self, look: InputLook, team: str, *, remote: bool) -> ProjectMatch:
        """Return the project of a log: of a repository with its identity, or with its name if that is one only.

        A log that names a ``remote`` belongs to that, and is matched by name with repositories only that have none:
        what serves a team's clones is often such a bare one.
        """
        itself = ProjectMatch(look.project, "")
        if look.project in self._known:
            return itself
        for name in look.names:
            found = [
                one for one in self._named.get((team, name), ()) if not (remote and one.identity.startswith("remote:"))
            ]
            if found:
                return found[0] if len(found) == 1 else itself
        return itself


def join_groups(fresh: Iterable[FleetInput], settled: Iterable[FleetInput]) -> dict[str, str]:
    """Return the group of each new input by its place; one that belongs to no project has none.

    What is settled keeps its group, and draws the new inputs of its session and its project to itself.
    """
    fresh = [one for one in fresh if one.project]
    of_session: dict[str, str] = {}
    of_project: dict[str, str] = {}
    for one in settled:
        if one.group:
            of_project.setdefault(one.project, one.group)
            if one.session:
                of_session.setdefault(one.session, one.group)
    joined = _join(fresh)
    anchors: dict[str, set[str]] = {}
    firsts: dict[str, str] = {}
    for one in fresh:
        root = joined.find(_project_node(one))
        held = anchors.setdefault(root, set())
        held.update(filter(None, (of_project.get(one.project), of_session.get(one.session))))
        firsts[root] = min(firsts.get(root, one.project), one.project)
    found = {}
    for one in fresh:
        root = joined.find(_project_node(one))
        known = of_session.get(one.session) or of_project.get(one.project)
        found[one.place] = known or min(anchors[root], default=firsts[root])
    return found


class _Joined:
    """Nodes that were joined, directly or through others (union-find with halved paths)."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def find(self, node: str) -> str:
        """Return the node that stands for all that are joined with this one."""
        above = self._above
        while (higher := above.setdefault(node, node)) != node:
            above[node] = node = above[higher]
        return node

    def join(self, one: str, other: str) -> None:
        """Join two nodes; the first by name stands for both, whatever the order."""
        low, high = sorted((self.find(one), self.find(other)))
        self._above[high] = low


def _join(inputs: Iterable[FleetInput]) -> _Joined:
    joined = _Joined()
    for one in inputs:
        node = joined.find(_project_node(one))
        if one.session:
            joined.join(node, f"s{one.session}")
    return joined


def _project_node(one: FleetInput) -> str:
    return f"p{one.project}"


def choose_limit(sizes: Mapping[str, int]) -> int:
    """Return the bytes of a shard: less than usual where there is little, so that several workers have something."""
    return max(_LEAST_BYTES, min(SHARD_BYTES, sum(sizes.values()) // _LEAST_SHARDS))


def pack_groups(
    sizes: Mapping[str, int], members: Collection[ShardMember], limit: int = SHARD_BYTES
) -> list[ShardMember]:
    """Return which group is in which shard, in order; those that had one keep it.

    New groups fill the newest shard first, as far as it has room; what is left opens shards of about ``limit`` bytes
    that are as even as may be (longest processing time first: Graham 1969). One that is larger has a shard of its own.
    """
    shards = {member.group: member.shard for member in members}
    fresh = sorted((group for group in sizes if group not in shards), key=lambda group: (-sizes[group], group))
    left = _fill_newest(fresh, sizes, members, limit)
    found = [*members, *left.placed]
    large = [group for group in left.groups if sizes[group] >= limit]
    found += [ShardMember(group, name_shard(group)) for group in large]
    rest = left.groups[len(large) :]
    count = -(-sum(sizes[group] for group in rest) // limit) or bool(rest)
    opened = [(sizes[group], at, name_shard(group)) for at, group in enumerate(rest[:count])]
    found += [ShardMember(group, name_shard(group)) for group in rest[:count]]
    heapify(opened)
    for group in rest[count:]:
        load, at, shard = heappop(opened)
        found.append(ShardMember(group, shard))
        heappush(opened, (load + sizes[group], at, shard))
    return found


class _Filled(NamedTuple):
    placed: list[ShardMember]
    groups: list[str]
    """Those for which there was no room."""


def _fill_newest(fresh: list[str], sizes: Mapping[str, int], members: Collection[ShardMember], limit: int) -> _Filled:
    """Place what fits into the shard that was opened last, the largest first."""
    placed: list[ShardMember] = []
    if not members:
        return _Filled(placed, fresh)
    loads: dict[str, int] = {}
    for group, shard in members:
        loads[shard] = loads.get(shard, 0) + sizes.get(group, 0)
    *_, newest = loads
    newest = next((shard for shard in reversed(loads) if loads[shard] < limit), newest)
    load = loads[newest]
    left = []
    for group in fresh:
        if load + sizes[group] <= limit:
            load += sizes[group]
            placed.append(ShardMember(group, newest))
        else:
            left.append(group)
    return _Filled(placed, left)


def name_shard(group: str) -> str:
    """Return the name of the shard that this group opens: letters and digits.

    >>> name_shard("00ff")
    'sf7c78ad5433eb768'
    """
    return f"s{blake2b(group.encode(), digest_size=8, person=b'shard').hexdigest()}"


def measure_groups(inputs: Iterable[FleetInput]) -> dict[str, int]:
    """Return the bytes of each group: its logs and its repository."""
    sizes: dict[str, int] = {}
    for one in inputs:
        if one.group:
            sizes[one.group] = sizes.get(one.group, 0) + one.size
    return sizes
