"""Many small files: what the first listing of a fleet costs, and what a second run with nothing new does.

``python -m benchmarks fleet_second_run [--files N]`` writes N short logs of N/100 projects and 50 people, and plans a
fleet of them by the command line: once where every file is new and is looked into, once where a shard has read all of
them, once where one file in a thousand grew. No shard is worked on: receipts are written as a run would. CPU seconds
are of the whole process, its start and its children included.
"""

import argparse
import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import Cost, cost, scratch_environment, twiceshy
from twiceshy.records.fleet import ShardReceipt
from twiceshy_fleet.planning.changes import mark_read
from twiceshy_fleet.recipes.open_fleet import find_manifest
from twiceshy_fleet.recipes.prepare_work import prepare_work

FILES = 100_000
MOST_CPU_S = 60.0
"""What a second run with nothing new may cost for 100,000 files: asked for by the task, 2026-11-23."""
PEOPLE = 50
A_PROJECT = 100  # files
SECRET = "a1" * 32


def write_logs(root: Path, count: int) -> int:
    """Write the logs; return their bytes."""
    size = 0
    for at in range(count):
        project = at // A_PROJECT
        path = root / f"team{project % 7}" / f"person{at % PEOPLE}" / f"p{project}" / f"{at:06}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        record = {
            "type": "user",
            "sessionId": f"00000000-0000-4000-8000-{at:012}",
            "uuid": f"10000000-0000-4000-8000-{at:012}",
            "parentUuid": None,
            "timestamp": "2026-11-01T10:00:00.000Z",
            "cwd": f"/home/person{at % PEOPLE}/p{project}",
            "version": "2.1.50",
            "message": {"role": "user", "content": f"please look at number {at} " + "and say what it does " * 40},
        }
        size += path.write_bytes(json.dumps(record).encode() + b"\n")
    return size


def plan(output: Path, logs: Path, environment: dict[str, str]) -> Cost:
    """Plan the fleet in a process of its own."""
    places = ["--logs", str(logs), "--team-at", "1", "--person-at", "2"]
    found = cost(twiceshy("fleet", "plan", str(output), *places, "--sample", "0", "--json"), environment)
    if found.returncode:
        raise SystemExit(found.stdout)
    return found


def finish(output: Path) -> None:
    """Write what a run leaves: a receipt for each shard, and that it read its inputs."""
    manifest = find_manifest(str(output))
    head = manifest.read_head()
    if head is None:
        raise SystemExit("there is no fleet")
    wish = replace(head.wish, output=str(output))
    listing = prepare_work(wish, manifest, bytes.fromhex(SECRET), now=datetime.now(UTC))
    for work in listing.works:
        manifest.write_receipt(ShardReceipt(shard=work.shard, given=work.given, state="done"))
    manifest.write_inputs(mark_read(listing.inputs, listing.works))


def main(words: list[str]) -> int:
    """Print a row for each of the runs."""
    parser = argparse.ArgumentParser(prog="fleet_second_run")
    parser.add_argument("--files", type=int, default=FILES)
    wish = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="twiceshy-second-") as name:
        folder = Path(name)
        logs, output = folder / "logs", folder / "out"
        environment = scratch_environment(folder) | {"TWICESHY_FLEET_SECRET": SECRET}
        print(f"{wish.files:,} files, {write_logs(logs, wish.files) / 1e6:.0f} MB")
        print(f"{'':24}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}  waiting shards, new, changed")
        show("all new", plan(output, logs, environment))
        finish(output)
        second = plan(output, logs, environment)
        show("nothing new", second)
        for path in sorted(logs.rglob("*.jsonl"))[::1_000]:
            path.write_bytes(path.read_bytes() * 2)
        show("one in a thousand grew", plan(output, logs, environment))
    return int(second.cpu_s > MOST_CPU_S * wish.files / FILES)


def show(name: str, found: Cost) -> None:
    """Print what a run cost and what it found."""
    told = json.loads(found.stdout)
    print(
        f"{name:24}{found.cpu_s:8.1f}{found.wall_s:8.1f}{found.peak_bytes / 1e6:9.0f}"
        f"  {told['waiting']} of {told['shards']}, {told['fresh']}, {told['changed']}"
    )
