"""Open a fleet's output: what was asked for now and the last time, its manifest, and the secret that it began with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.fleet import FleetWish
from twiceshy_fleet.lake.fleet_secret import check_secret, find_secret, read_secret
from twiceshy_fleet.lake.manifest import Manifest
from twiceshy_fleet.lake.places import find_local_path, open_place
from twiceshy_fleet.recipes.list_inputs import require_plain_places


@dataclass(frozen=True, slots=True)
class OpenFleet:
    """A fleet, ready to be worked on."""

    wish: FleetWish
    """Complete: with what was asked for before where nothing else was said, every folder absolute."""
    manifest: Manifest
    secret: bytes


def open_fleet(wish: FleetWish, config: Config, env: Mapping[str, str]) -> OpenFleet:
    """Return the fleet, and write down what is asked for.

    Raises:
        UsageError: no place is named, one holds a credential, or the output lies among the logs.
        ConfigError: there is no secret.
        StoreError: the output is damaged, of a newer form, cannot be written, or began with another secret.
    """
    require_plain_places(wish, Scrubber(load_rules(), b"", RedactionLevel.STANDARD, cache=config.cache))
    manifest = Manifest(open_place(_complete(wish.output)))
    head = manifest.read_head()
    before = head.wish if head else FleetWish(output=wish.output)
    asked = replace(
        wish,
        output=manifest.place.address,
        logs=tuple(map(_complete, wish.logs)) or before.logs,
        repositories=tuple(map(_complete, wish.repositories)) or before.repositories,
        team_at=wish.team_at or before.team_at,
        person_at=wish.person_at or before.person_at,
        secret=find_secret(wish.secret or before.secret, config.home, env),
    )
    if not asked.logs and not asked.repositories:
        raise UsageError(f"{asked.output} is no fleet yet: name its inputs with --logs PLACE and --repositories PLACE.")
    _refuse_nesting(asked)
    secret = read_secret(asked.secret, env)
    check_secret(secret, head, asked.output)
    if head is None or replace(head.wish, output=asked.output) != _strip_engine(asked):
        manifest.write_head(asked, secret)
    return OpenFleet(asked, manifest, secret)


def find_manifest(output: str) -> Manifest:
    """Return the manifest of a fleet that is there; it needs no secret to be read.

    Raises:
        UsageError: there is none.
        StoreError: it is damaged, or of a newer form.
    """
    manifest = Manifest(open_place(_complete(output)))
    if manifest.read_head() is None:
        raise UsageError(f"{output} is no fleet yet: `twiceshy fleet plan {output} --logs PLACE` begins one.")
    return manifest


def _strip_engine(wish: FleetWish) -> FleetWish:
    """Return what is written of a wish."""
    return FleetWish(
        output=wish.output,
        logs=wish.logs,
        repositories=wish.repositories,
        team_at=wish.team_at,
        person_at=wish.person_at,
        secret=wish.secret,
    )


def _complete(address: str) -> str:
    """Return an address as it stands, a path as an absolute one."""
    path = find_local_path(address)
    return address if path is None else str(path)


def _refuse_nesting(wish: FleetWish) -> None:
    """Make sure that a run does not read what it wrote.

    Raises:
        UsageError: the output lies among the logs, or they in it.
    """
    output = Path(wish.output)
    for place in wish.logs:
        path = find_local_path(place)
        inside = output == path or path in output.parents or output in path.parents if path else False
        if inside or wish.output.startswith(f"{place.rstrip('/')}/"):
            raise UsageError(f"{wish.output} and the logs in {place} lie in each other. Name an output elsewhere.")
