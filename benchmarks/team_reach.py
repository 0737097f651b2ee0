"""How long until a third member's gate says what two learned: from the end of the second one's ``sync``.

A server of its own on this machine, three members with homes of their own, all as processes: the third one's agent
begins a session, its hook starts ``learn``, and the gate is asked every half second. ``--store FOLDER``: the third
member has a copy of this data folder, since ``learn`` takes longer with a real history.
"""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.archive.conftest import Log, stored

from benchmarks.measure import scratch_environment, twiceshy
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.judgement.recipes.judge_sessions import judge
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.events import Failure

_GOAL_S = 60.0
"""Seconds from the second member's ``sync`` (asked for, 2026-11-23)."""
_TOO_LATE_S = 300.0
_ASKED_EVERY_S = 0.5


@dataclass
class Member:
    """A person with a machine of their own."""

    folder: Path
    config: Config
    environment: dict[str, str]

    def run(self, *words: str) -> str:
        """What a verb says."""
        command = twiceshy(*words)
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True).stdout

    def fail(self, number: int, times: int) -> None:
        """Make a mistake of its own number in as many sessions, and learn of it."""
        with Store.open(self.config.home) as store:
            for at in range(times):
                begun = datetime.now(UTC) - timedelta(days=9 - at)
                log = Log(f"{self.folder.name} {number} {at}", start=begun).opened(cwd="/home/ann/shop").prompt("go on")
                call = f"call {number} {at}"
                log.call(call, f"rtk{number} bun run test")
                error = f"error: unrecognized subcommand 'bun'\n\nUsage: rtk{number} <COMMAND>"
                stored(store, log.result(call, error, Failure.ERROR))
        judge(self.config, processes=1)
        learn_lessons(self.config)

    def hook(self, event: str, **given: object) -> str:
        """What the installed hook says at an event."""
        command = hook_folder.command_of(self.config, "claude-code", event)
        told = {"session_id": f"live{time.monotonic_ns()}", "cwd": "/home/cyd/other", "hook_event_name": event, **given}
        words = json.dumps(told).encode()
        return subprocess.run(
            command, input=words, capture_output=True, env=self.environment, check=True
        ).stdout.decode()

    def hear_gate(self, number: int) -> str:
        """What the gate says before the same mistake."""
        return self.hook(
            "PreToolUse",
            tool_name="Bash",
            tool_use_id=f"t{time.monotonic_ns()}",
            tool_input={"command": f"rtk{number} bun run test"},
        )


def main(argv: list[str]) -> None:
    """Print the seconds of each round, and their median."""
    parser = argparse.ArgumentParser(prog="benchmarks team_reach")
    parser.add_argument("--store", type=Path, help="data folder of which the third member has a copy")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch, _serve(Path(scratch)) as (ann, ben, cyd):
        if args.store:
            shutil.copytree(args.store, cyd.config.home, dirs_exist_ok=True)
            hook_folder.write(cyd.config)
        cyd.run("sync")
        spent = [_measure(number, ann, ben, cyd) for number in range(args.rounds)]
    took = [f"{seconds:.1f}" for seconds in spent]
    print(f"from the second member's sync to the third one's gate: {', '.join(took)} s")
    verdict = "met" if max(spent) <= _GOAL_S else "not met"
    print(f"median {statistics.median(spent):.1f} s, worst {max(spent):.1f} s; goal {_GOAL_S:.0f} s: {verdict}")


def _measure(number: int, ann: Member, ben: Member, cyd: Member) -> float:
    """Return the seconds of one round."""
    for member in (ann, ben):
        member.fail(number, 2)
    ann.run("sync")
    assert not (early := cyd.hear_gate(number)), early
    ben.run("sync")
    begun = time.monotonic()
    stamp = hook_folder.folder_of(cyd.config).stamp
    stamp.touch()
    os.utime(stamp, (time.time() - 3600,) * 2)  # nobody worked here for an hour
    cyd.hook("SessionStart", source="startup")
    while not (said := cyd.hear_gate(number)):
        if time.monotonic() - begun > _TOO_LATE_S:
            raise TimeoutError(f"the gate says nothing after {_TOO_LATE_S:.0f} s")
        time.sleep(_ASKED_EVERY_S)
    seconds = time.monotonic() - begun
    assert "2 people, 4 times" in said, said
    _wait_for_learn(cyd)
    return seconds


def _wait_for_learn(member: Member) -> None:
    """Wait until the background run is over, so that the next round has one of its own."""
    record = member.config.home / "learn.json"
    end = time.monotonic() + _TOO_LATE_S
    while not record.exists() and time.monotonic() < end:
        time.sleep(_ASKED_EVERY_S)
    while time.monotonic() < end:
        done = subprocess.run(twiceshy("learn"), env=member.environment, capture_output=True, check=False)
        if done.returncode == 0:
            return
        time.sleep(_ASKED_EVERY_S)


@contextmanager
def _serve(folder: Path) -> Iterator[tuple[Member, Member, Member]]:
    """Run a server with a team of three during a block."""
    database = str(folder / "team.db")
    admin = Member(folder, load({}, {}, folder), scratch_environment(folder / "admin"))
    admin.run("serve", "team", "add", "shop", "--database", database)
    key = _find_word(admin.run("serve", "key"), r"^[\w-]{43}$")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    members = []
    for name in ("ann", "ben", "cyd"):
        admin.run("serve", "member", "add", name, "--database", database)
        token = _find_word(admin.run("serve", "token", "add", name, "--database", database), r"^tws_\S+")
        environment = scratch_environment(folder / name) | {
            "TWICESHY_SYNC_TOKEN": token,
            "TWICESHY_TEAM_KEY": key,
            "TWICESHY_SYNC_URL": f"http://127.0.0.1:{port}",
            "TWICESHY_SYNC_LEVEL": "anonymous",
            "TWICESHY_TELEMETRY_BACKEND": "hybrid",
            "TWICESHY_ADVICE_HELD_BACK_PERCENT": "0",
        }
        config = load({}, environment, folder)
        with Store.open(config.home) as store:
            stored(store, Log(f"quiet {name}").opened(cwd="/home/x/y").prompt("hi"))
        hook_folder.write(config)
        members.append(Member(folder / name, config, environment))
    command = twiceshy("serve", "--database", database, "--port", str(port))
    with subprocess.Popen(
        command, env=admin.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for_port(port)
            yield members[0], members[1], members[2]
        finally:
            server.terminate()


def _wait_for_port(port: int) -> None:
    end = time.monotonic() + _TOO_LATE_S
    while time.monotonic() < end:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(_ASKED_EVERY_S)


def _find_word(text: str, pattern: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    assert found is not None, text
    return found.group()
