"""Work on one shard: read what is new of its logs and repositories, judge and learn as one machine does, write tables.

A shard has a store of its own, which is unpacked into a temporary folder, brought up to date by the same recipes that
`learn` runs, and packed again. So whatever is computed once on one machine is computed once here: unchanged files are
not read again, and a changed rule touches what it is about. Text on the disk is scrubbed text, here as everywhere.

Everything is written aside and renamed, the receipt last: a shard that was killed has its old receipt, and whoever
works on it again does the same over.
"""

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.sources import SourceCursor, read_cursors
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.host import used_cpu
from twiceshy.judgement.recipes.judge_sessions import judge, link_stored
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.logs.base import Source
from twiceshy.logs.collect.ingest_logs import read_pieces
from twiceshy.logs.collect.log_pieces import LogPiece
from twiceshy.logs.collect.read_commits import read_commits
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.readers import traits_of
from twiceshy.privacy.policy import RedactionLevel, is_compiled, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.recipes.learn.reread_logs import derive_messages
from twiceshy.records.fleet import FleetInput, SetAside, ShardReceipt, ShardWork
from twiceshy.records.ingest import Cursor
from twiceshy.run.recipes.run_limits import fold_logs
from twiceshy.score.recipes.score_sessions import score_stored
from twiceshy_fleet.lake.fleet_secret import read_secret
from twiceshy_fleet.lake.places import hold_local
from twiceshy_fleet.lake.shard_files import remove_pieces, take_shard, take_state, write_shard
from twiceshy_fleet.lake.tables import TABLES, name_owners, write_tables
from twiceshy_fleet.shards.merge_tables import MERGE_TABLES
from twiceshy_fleet.shards.shard_history import CHANGE_TABLE, write_change_features

_OUTPUT = "out"


@dataclass(frozen=True, slots=True)
class ShardDesk:
    """What a worker holds from one shard to the next."""

    config: Config
    secret: bytes
    """The salt of every shard's store."""
    scratch: Path
    """Where temporary folders are made."""
    cache: Path
    """Where compiled rules lie, maybe among other things."""


def prepare_desk(config: Config, secret: str, scratch: str = "") -> ShardDesk:
    """Return what a worker holds: the secret, read where the worker is, and compiled rules.

    ``secret`` says where it lies, as of ``read_secret``; ``scratch`` is where temporary folders are made, if not where
    the system has them. On the machine that has the data folder the rules are compiled once for all workers, and lie in
    its cache; elsewhere each worker compiles them (4 CPU s, measured 2026-11-25).

    Raises:
        ConfigError: the secret cannot be used here.
    """
    salt = read_secret(secret, os.environ)
    folder = Path(scratch or tempfile.gettempdir())
    place = config.cache if config.home.is_dir() else Path(tempfile.mkdtemp(prefix="desk-", dir=folder))
    Scrubber(load_rules(), salt, RedactionLevel(config.privacy_level), cache=place).compile_rest()
    return ShardDesk(replace(config, ingest_processes=1), salt, folder, place)


def work_on_shard(desk: ShardDesk, work: ShardWork) -> ShardReceipt:
    """Bring a shard up to date and write it; return its receipt, which is written too.

    Raises:
        TwiceshyError: the output or this machine's disk cannot be used; nothing of the shard is changed.
    """
    started, clock = used_cpu(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix=f"shard-{work.shard}-", dir=desk.scratch) as name:
        folder = Path(name)
        config = set_up_home(desk, folder / "home")
        take_shard(work, config.home)
        with ExitStack() as held:
            places, aside = _fetch_inputs(work, held)
            aside += _collect(config, work, places)
            bytes_read = sum(one.size for one in work.inputs if one.place in work.changed)
            _judge(config, work, places)
            rows = _write_tables(config, work, places, folder / _OUTPUT)
        receipt = ShardReceipt(
            shard=work.shard,
            given=work.given,
            state="done",
            rows=rows,
            aside=(*work.aside, *aside),
            bytes_read=bytes_read,
            cpu_s=round(used_cpu() - started, 2),
            seconds=round(time.perf_counter() - clock, 2),
            peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 1),
        )
        write_shard(work.output, receipt, config.home, folder / _OUTPUT)
        remove_pieces(work.output, work.shard)
    return receipt


def read_shard(desk: ShardDesk, work: ShardWork, folder: Path) -> Path:
    """Read what is new of a shard's logs and repositories, and nothing else; return the data folder, in ``folder``.

    Raises:
        TwiceshyError: the output or this machine's disk cannot be used.
    """
    config = set_up_home(desk, folder / "home")
    take_state(work.output, work.shard, config.home)
    with ExitStack() as held:
        places, _ = _fetch_inputs(work, held)
        _collect(config, work, places)
    return config.home


def set_up_home(desk: ShardDesk, home: Path) -> Config:
    """Make a data folder with the fleet's salt and the compiled rules."""
    home.mkdir(mode=0o700)
    config = replace(desk.config, home=home)
    config.salt.touch(mode=0o600)
    config.salt.write_bytes(desk.secret)
    config.cache.mkdir(mode=0o700)
    for path in filter(is_compiled, desk.cache.iterdir()):
        shutil.copy2(path, config.cache)
    return config


class _FetchedInputs(NamedTuple):
    """Where the inputs that are looked at lie on this machine: changed logs, and every repository."""

    places: dict[str, Path]
    aside: list[SetAside]


def _fetch_inputs(work: ShardWork, held: ExitStack) -> _FetchedInputs:
    found = _FetchedInputs({}, [])
    for one in work.inputs:
        if one.place in work.changed or one.kind == "repository":
            try:
                found.places[one.place] = held.enter_context(hold_local(one.place))
            except SourceError as error:
                found.aside.append(SetAside(one.place, one.stamp, str(error)))
    return found


def _collect(config: Config, work: ShardWork, places: Mapping[str, Path]) -> list[SetAside]:
    """Read what is new, and what follows from it before anything is judged; return what could not be read."""
    aside = _read_inputs(config, work, places)
    derive_messages(config)
    with Store.open(config.home) as store:
        while fold_logs(store):
            pass
    link_stored(config, _list_repositories(work, places))
    return aside


def _list_repositories(work: ShardWork, places: Mapping[str, Path]) -> list[str]:
    return [str(places[one.place]) for one in work.inputs if one.kind == "repository" and one.place in places]


def _read_inputs(config: Config, work: ShardWork, places: Mapping[str, Path]) -> list[SetAside]:
    """Read what is new; return what could not be read, and why."""
    with Store.open(config.home) as store:
        salt = store.salt
        cursors = read_cursors(store.connection)
        pieces = [
            _make_piece(one, places[one.place], cursors.get(_key_of(one, salt)), salt)
            for one in work.inputs
            if one.kind == "log" and one.agent and one.place in places
        ]
        summary = read_pieces(store, pieces, config, work.now)
        failed = {one.name: one.reason for one in summary.failed_files}
        aside = _explain_failures(work, places, failed, _make_scrubber(store, config)) if failed else []
        aside += _read_repositories(store, config, work, places)
    return aside


def _key_of(one: FleetInput, salt: bytes) -> bytes:
    """Return what stands for an input's place in a store."""
    return blake2b(os.fsencode(one.place), key=salt, digest_size=16).digest()


def _make_piece(one: FleetInput, path: Path, before: SourceCursor | None, salt: bytes) -> LogPiece:
    """Return the log as far as it is yet to be read."""
    source = Source(agent=one.agent, path=path, size=one.size, mtime_ns=_clock_of(one.stamp))
    key = _key_of(one, salt)
    if before is None:
        return LogPiece(source=source, key=key, cursor=Cursor(), project=one.known_as)
    outdated = before.reader < traits_of(one.agent).version
    return LogPiece(
        source=source,
        key=key,
        cursor=before.cursor,
        outdated=outdated,
        rereading=before.rereading,
        project=one.known_as,
    )


def _clock_of(stamp: str) -> int:
    """Return a stamp as the number that a store keeps of a file's time: of an ETag a hash."""
    digits = stamp if stamp.isdecimal() else str(int.from_bytes(blake2b(stamp.encode(), digest_size=7).digest()))
    return int(digits) % (1 << 63)


def _make_scrubber(store: Store, config: Config) -> Scrubber:
    return Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)


def _explain_failures(
    work: ShardWork, places: Mapping[str, Path], failed: Mapping[str, str], scrubber: Scrubber
) -> list[SetAside]:
    """Return the inputs that ingest could not read: it names them by their scrubbed path or by their name alone."""
    found = []
    for one in work.inputs:
        path = places.get(one.place) if one.kind == "log" else None
        names = () if path is None else (scrubber.text(spell_path(path)), spell_path(path.name))
        reason = next((failed[name] for name in names if name in failed), None)
        if reason is not None:
            found.append(SetAside(one.place, one.stamp, reason))
    return found


def _read_repositories(store: Store, config: Config, work: ShardWork, places: Mapping[str, Path]) -> list[SetAside]:
    """Store new commits of the shard's repositories; return those that could not be read."""
    repositories = [one for one in work.inputs if one.kind == "repository" and one.place in places]
    if not repositories:
        return []
    scrubber = _make_scrubber(store, config)
    found = []
    for one in repositories:
        try:
            reasons = [reason for _, reason in read_commits(store, scrubber, [str(places[one.place])]).failed]
        except ToolMissing as error:
            reasons = [scrubber.text(str(error))]
        found += [SetAside(one.place, one.stamp, reason) for reason in reasons]
    return found


def _judge(config: Config, work: ShardWork, places: Mapping[str, Path]) -> None:
    """Run what `learn` runs behind the reading, in its order and without a budget."""
    score_stored(config, processes=1)
    judge(config, processes=1, now=lambda: work.now, folders=_list_repositories(work, places))
    learn_lessons(config, keep_cases=True, now=lambda: work.now)


def _write_tables(config: Config, work: ShardWork, places: Mapping[str, Path], folder: Path) -> dict[str, int]:
    """Write the shard's tables into a folder; return their rows."""
    folder.mkdir(mode=0o700)
    with Store.open(config.home) as store:
        salt = store.salt
        logs = (one for one in (*work.inputs, *work.kept) if one.kind == "log")
        name_owners(store.connection, {_key_of(one, salt): one for one in logs})
        rows = write_tables(store, {**TABLES, **MERGE_TABLES}, folder)
    return rows | {CHANGE_TABLE: write_change_features(config, work, places, folder / f"{CHANGE_TABLE}.parquet")}
