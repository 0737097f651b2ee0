"""One store with everything beside many shards that were merged: are lessons, effects and counts the same?

``python -m benchmarks fleet_equal LOGS... [--shards K] [--copies N] [--keep FOLDER]``. First every log goes into one
shard, and what its own store learned is taken as the truth: nothing of it was merged. Then the same logs are parted
into whole projects, these into K shards of about equal size, and merged. A project's logs are found by what the one
store says of them: those that share a session or a project stay together, as a plan does it. Every field of every row
is compared; what differs is listed. Time and memory of the merge stand beside those of the work on shards. With
``--copies`` the shards are merged once more with so many copies of them, as sessions of other projects: how the merge
grows with sessions whose mistakes are known.
"""

import argparse
import secrets
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import blake2b
from itertools import zip_longest
from os import fsencode
from pathlib import Path
from typing import Any, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.observations import read_observations
from twiceshy.base.config import Config, load
from twiceshy.base.private_files import write_new
from twiceshy.base.spread import FailedItem, LostItem, spread
from twiceshy.base.values import Scope
from twiceshy.judgement.outcomes.correlate import find_effects
from twiceshy.logs.log_owner import owner_of
from twiceshy.logs.readers import READERS
from twiceshy.records.fleet import FleetInput, FleetMerge, ShardReceipt, ShardWork
from twiceshy.stats.sketches import QuantileSketch
from twiceshy_fleet.lake.shard_files import take_state
from twiceshy_fleet.lake.shard_rows import read_durations, read_sessions
from twiceshy_fleet.lake.tables import name_owners
from twiceshy_fleet.shards.merge_lessons import list_merged_lessons
from twiceshy_fleet.shards.merge_shards import KEYS, SUMS, merge_shards, pack_effect
from twiceshy_fleet.shards.merge_tables import MERGE_TABLES
from twiceshy_fleet.shards.shard_work import ShardDesk, prepare_desk, work_on_shard

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ONE = "one"
SHOWN = 12  # differences of a table that are printed


def list_logs(roots: Sequence[Path]) -> list[FleetInput]:
    """Return the logs below the roots that an agent wrote; the first folder names the team."""
    found = []
    for root in roots:
        for path in sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink()):
            status = path.stat()
            agent = owner_of(path, READERS)[0]
            if agent is not None:
                team = path.relative_to(root).parts[0]
                found.append(
                    FleetInput(
                        kind="log",
                        place=str(path),
                        size=status.st_size,
                        stamp=str(status.st_mtime_ns),
                        agent=agent,
                        team=team,
                        person=team[::-1].encode().hex()[:16],
                    )
                )
    return found


def part_logs(logs: Sequence[FleetInput], store: Store, count: int) -> dict[str, tuple[FleetInput, ...]]:
    """Part logs into shards of about equal size; what shares a session or a project stays together."""
    groups = {bytes(key): {bytes(key)} for (key,) in store.connection.execute("SELECT key FROM source")}
    rows = store.connection.execute(
        """SELECT so.key, s.project_id FROM source so JOIN session_source x ON x.source_id = so.id
        JOIN session s ON s.id = x.session_id"""
    ).fetchall()
    rows += store.connection.execute(
        "SELECT so.key, -x.session_id FROM source so JOIN session_source x ON x.source_id = so.id"
    ).fetchall()
    together = defaultdict(list)
    for key, what in rows:
        together[what].append(bytes(key))
    for keys in together.values():
        joined = set().union(*(groups[key] for key in keys))
        groups |= dict.fromkeys(joined, joined)
    sizes: Counter[int] = Counter()
    members: dict[int, list[FleetInput]] = defaultdict(list)
    for one in logs:
        key = key_of(one, store.salt)
        group = id(groups.get(key, key))
        sizes[group] += one.size
        members[group].append(one)
    shards: list[list[FleetInput]] = [[] for _ in range(count)]
    for group, _ in sorted(sizes.items(), key=lambda one: -one[1]):
        min(shards, key=lambda some: sum(log.size for log in some)).extend(members[group])
    order = {one.place: number for number, one in enumerate(logs)}
    return {
        f"s{number}": tuple(sorted(some, key=lambda log: order[log.place]))
        for number, some in enumerate(shards)
        if some
    }


def key_of(one: FleetInput, salt: bytes) -> bytes:
    """Return the key of a log's source, as the work on a shard makes it."""
    return blake2b(fsencode(one.place), key=salt, digest_size=16).digest()


class Comparison(NamedTuple):
    """One table of both sides."""

    name: str
    one: int
    merged: int
    equal: int
    differences: list[str]


def compare(name: str, one: Mapping[Any, Any], merged: Mapping[Any, Any], columns: Sequence[str]) -> Comparison:
    """Compare rows by key, each column."""
    differences = [f"only in one store: {key}" for key in sorted(one.keys() - merged.keys(), key=str)]
    differences += [f"only merged: {key}" for key in sorted(merged.keys() - one.keys(), key=str)]
    equal = 0
    for key in sorted(one.keys() & merged.keys(), key=str):
        unlike = [
            f"{column}: {left!r:.80} | {right!r:.80}"
            for column, left, right in zip_longest(columns, one[key], merged[key], fillvalue="?")
            if left != right
        ]
        equal += not unlike
        differences += [f"{key}: {'; '.join(unlike)}"] if unlike else []
    return Comparison(name, len(one), len(merged), equal, differences)


def read_parquet(output: Path, table: str, keys: int) -> tuple[dict[Any, Any], list[str]]:
    """Return a merged table's rows by the first columns, and its columns."""
    from pyarrow import parquet  # noqa: PLC0415  # an extra

    found = parquet.read_table(output / "merged" / f"{table}.parquet")
    rows = zip(*(column.to_pylist() for column in found.columns), strict=True)
    return {row[:keys] if keys > 1 else row[0]: row for row in rows}, list(found.column_names)


def compare_all(config: Config, store: Store, output: Path) -> Iterator[Comparison]:
    """Yield the comparison of each table; the one store is asked as `twiceshy` asks it."""
    for name, rows, keys in (
        ("lessons", list(list_merged_lessons(config, store, NOW)), 1),
        ("effects", [pack_effect(one) for one in find_effects(read_observations(store, Scope()))], 6),
        ("counts", count_one(store), len(KEYS) + 1),
        ("quantiles", estimate_one(store), 2),
    ):
        merged, columns = read_parquet(output, name, keys)
        cells = [tuple(as_parquet(cell, column) for cell, column in zip(row, columns, strict=True)) for row in rows]
        yield compare(name, {row[:keys] if keys > 1 else row[0]: row for row in cells}, merged, columns)


def as_parquet(cell: Any, column: str) -> Any:
    """Return a cell as it comes back from a file."""
    if column in {"first_seen", "last_seen"}:
        return None if cell is None else datetime.fromisoformat(cell)
    return bool(cell) if column == "quoted" else cell


def count_one(store: Store) -> list[tuple[Any, ...]]:
    """Return the counts of one store, by SQLite's own sums."""
    names = [column.name for column in MERGE_TABLES["merge_session"].columns]
    found: dict[Any, list[Any]] = {}
    for row in read_sessions(store):
        one: dict[str, Any] = dict(zip(names, row, strict=True))
        if one["real"]:
            key = (*(one[name] for name in KEYS), (one["first_at"] or "")[:10])
            sums = found.setdefault(key, [0, *(Decimal(0) if name == "dollars" else 0 for name in SUMS)])
            sums[0] += 1
            for place, name in enumerate(SUMS, 1):
                sums[place] += round(Decimal(one[name]), 9) if name == "dollars" else one[name]
    return [(*key, *(float(one) if isinstance(one, Decimal) else one for one in sums)) for key, sums in found.items()]


def estimate_one(store: Store) -> list[tuple[Any, ...]]:
    """Return the durations of one store."""
    rows = []
    for kind, name, times, data in read_durations(store):
        sketch = QuantileSketch.decode(data)  # type: ignore[arg-type]  # a cell of bytes
        rows.append((kind, name, times, *(sketch.estimate(share) for share in (0.5, 0.9, 0.95, 0.99)), 0.01, data))
    return rows


def work(desk: ShardDesk, unit: ShardWork | FleetMerge) -> Any:
    """Do one unit of work."""
    return merge_shards(desk, unit) if isinstance(unit, FleetMerge) else work_on_shard(desk, unit)


def run(units: Sequence[ShardWork | FleetMerge], folder: Path) -> list[Any]:
    """Do units of work, each in a process of its own, one after another."""
    found = []
    for unit in units:
        (answer,) = spread(work, [unit], setup=lambda: make_desk(folder), processes=1)
        if isinstance(answer, FailedItem | LostItem):
            raise SystemExit(f"{unit}: {answer!r:.2000}")
        found.append(answer)
    return found


def make_desk(folder: Path) -> ShardDesk:
    """Return what a worker holds."""
    return prepare_desk(load({}, {}, folder), str(folder / "secret"), str(folder / "scratch"))


def ask(output: Path, shard: str, logs: Sequence[FleetInput]) -> ShardWork:
    """Return the unit of work that reads all of a shard's logs."""
    places = tuple(one.place for one in logs)
    return ShardWork(shard=shard, output=str(output), inputs=tuple(logs), changed=places, now=NOW, given="given")


def copy_shards(output: Path, shards: Sequence[str], copies: int) -> tuple[str, ...]:
    """Write copies of the shards' tables, with sessions and projects of their own; return all shards' names."""
    import pyarrow as pa  # noqa: PLC0415  # an extra
    from pyarrow import parquet  # noqa: PLC0415  # an extra

    for place in sorted(output.glob("tables/*/*/rows.parquet")):
        shard = place.parent.name.partition("=")[2]
        if shard not in shards or place.parts[-3] in {"prompt", "reply", "edit", "mark"}:
            continue
        table = parquet.ParquetFile(place).read()
        for number in range(1, copies):
            made = table
            for name in {"session", "uid", "project"} & set(table.column_names):
                cells = [
                    f"{cell}-{number}" if isinstance(cell, str) else blake2b(cell, salt=bytes([number])).digest()[:16]
                    for cell in table.column(name).to_pylist()
                ]
                made = made.set_column(table.column_names.index(name), table.schema.field(name), pa.array(cells))
            target = place.parent.parent / f"shard={shard}x{number}" / "rows.parquet"
            target.parent.mkdir(exist_ok=True)
            parquet.write_table(made, target)
    return tuple(f"{shard}x{number}" if number else shard for shard in shards for number in range(copies))


def describe(receipts: Sequence[ShardReceipt]) -> str:
    """Return what work on shards took."""
    cpu, peak = sum(one.cpu_s for one in receipts), max(one.peak_mb for one in receipts)
    return f"{len(receipts)} shards: {cpu:.0f} s CPU, peak {peak:.0f} MB"


def main(arguments: Sequence[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="fleet_equal", description=__doc__)
    parser.add_argument("logs", nargs="+", type=Path)
    parser.add_argument("--shards", type=int, default=4)
    parser.add_argument("--copies", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args(arguments)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="fleet-equal-"))
    (folder / "scratch").mkdir(parents=True, exist_ok=True)
    if not (folder / "secret").exists():
        write_new(folder / "secret", secrets.token_bytes(32))
    logs = list_logs(given.logs)
    print(f"{len(logs)} logs, {sum(one.size for one in logs) / 1e6:.0f} MB")
    whole, parted = folder / "whole", folder / "parted"
    if not (whole / "receipts").exists():
        print(describe(run([ask(whole, ONE, logs)], folder)))
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    take_state(str(whole), ONE, home)
    shutil.copy(folder / "secret", home / "salt")
    (home / "salt").chmod(0o600)
    with Store.open(home) as store:
        shards = part_logs(logs, store, given.shards)
        if not (parted / "receipts").exists():
            print(describe(run([ask(parted, name, some) for name, some in shards.items()], folder)))
        (merged,) = run([FleetMerge(output=str(parted), shards=tuple(shards), now=NOW)], folder)
        print(f"merge of {merged.sessions} sessions: {merged.cpu_s} s CPU, {merged.seconds} s, {merged.peak_mb} MB")
        name_whose(store, logs)
        bad = 0
        for one in compare_all(Config(home=home), store, parted):
            bad += len(one.differences)
            print(f"{one.name}: {one.one} in one store, {one.merged} merged, {one.equal} equal in every field")
            for line in one.differences[:SHOWN]:
                print(f"  {line}")
    if given.copies:
        names = copy_shards(parted, tuple(shards), given.copies)
        (merged,) = run([FleetMerge(output=str(parted), shards=names, now=NOW)], folder)
        print(f"merge of {merged.sessions} sessions: {merged.cpu_s} s CPU, {merged.seconds} s, {merged.peak_mb} MB")
    if given.keep is None:
        shutil.rmtree(folder)
    return int(bad > 0)


def name_whose(store: Store, logs: Sequence[FleetInput]) -> None:
    """Tell the one store whose each session is, as a shard is told."""
    salt = store.salt
    name_owners(store.connection, {key_of(one, salt): one for one in logs})
    store.connection.execute("CREATE TEMP TABLE session_owner AS SELECT session, team, person FROM temp.fleet_session")


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
