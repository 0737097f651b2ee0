"""Kill clients, a server and its PostgreSQL (SIGKILL) while runs are recorded and sent: nothing is lost or doubled.

``python -m benchmarks team_chaos [--clients 100] [--runs 250] [--rounds 200] [--seed N]``. Each client has a folder,
a token and a clock of its own, off by up to a day. It stores runs as the recorder does, a run and what leaves of it in
one transaction, each at a moment drawn within two days, so that rows leave in another order than they were made in. It
puts a tenth of what was answered back, as if the answer had never come, and sends with the sender of ``sync``. In each
round one of them is killed at a drawn moment: of twenty, twelve clients, five servers and three databases, which wait
for the disk. Whoever was killed is started again.

At the end every run of every client must be in the database once, no other, and sums by day must be those of the rows.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from pathlib import Path
from random import Random

import psycopg
from tests.postgres import LOGIN, MISSING, PostgresqlServer, find_programs, make_template

from benchmarks.measure import cost, scratch_environment, twiceshy
from twiceshy.account.leaving_reads import read_stored_runs
from twiceshy.archive import run_rows
from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.errors import StoreBusy
from twiceshy.commands.keys.team_keys import render_team_key
from twiceshy.privacy.wire.sending_settings import find_terms
from twiceshy.records.executions import RunRecord
from twiceshy.records.team import TokenLine
from twiceshy.run.recipes.recorded_runs import list_leaving, put_run
from twiceshy_team.serve.administration import make_token_text
from twiceshy_team.store.opening import open_team_store
from twiceshy_team.sync.send_outbox import send_outbox

_AT_ONCE = 4  # clients at work
_TOGETHER = 25  # runs that a client stores between two times of sending
_A_DAY = timedelta(days=1)
_VICTIMS = ("client",) * 12 + ("server",) * 5 + ("database",) * 3
_PATIENCE_S = 3_000  # of the whole


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks team_chaos", description=__doc__)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--runs", type=int, default=250)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--play", nargs=3, metavar=("HOME", "NUMBER", "RUNS"), help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.play:
        play_client(Path(args.play[0]), int(args.play[1]), int(args.play[2]), args.seed)
        return
    programs = find_programs()
    if programs is None:
        print(MISSING)
        return
    database = PostgresqlServer(programs, durable=True)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            _run(Stage(Path(name), database, args.clients, args.runs, args.seed), args.rounds)
    finally:
        database.remove()


def play_client(home: Path, number: int, runs: int, seed: int) -> None:
    """Store the runs that are not stored yet, and send, until all of it has arrived."""
    random = Random(f"{seed} {number} {time.time_ns()}")
    off = timedelta(seconds=Random(f"{seed} {number}").uniform(-86_400, 86_400))
    config = load({}, os.environ, home)
    with Store.open(config.home) as store:
        template, *_ = read_stored_runs(store.connection, "", b"", 1)
        terms = find_terms(config, store.salt)
        assert terms is not None
        waiting = [key for key in list_keys(number, runs) if not _is_stored(store, key)]
        for start in range(0, max(len(waiting), 1), _TOGETHER):
            for key in waiting[start : start + _TOGETHER]:
                run = RunRecord(
                    execution=replace(template.execution, execution_id=key),
                    past=None,
                    matches=template.matches,
                    samples=template.samples,
                    metrics=[],
                    patterns=[],
                )
                now = datetime.now(UTC) + off - random.random() * 2 * _A_DAY
                with store.begin_writing() as connection:
                    run_rows.add(connection, run, now)
                    put_run(store, list_leaving(run, str(home), terms), now)
            answered = _send(store, config, off)
            _put_back(store, random.sample(answered, len(answered) // 10))
    with Store.open(config.home) as store:
        while store.connection.execute("SELECT count(*) FROM outbox WHERE refused IS NULL").fetchone()[0]:
            _send(store, config, off)


def list_keys(number: int, runs: int) -> list[bytes]:
    """The ids of a client's runs."""
    return [blake2b(f"{number} {run}".encode(), digest_size=16).digest() for run in range(runs)]


def _is_stored(store: Store, key: bytes) -> bool:
    return bool(store.connection.execute("SELECT 1 FROM executions WHERE execution_id = ?", (key,)).fetchone())


_Rows = list[tuple[object, ...]]


def _send(store: Store, config: object, off: timedelta) -> _Rows:
    """Send what waits, by a clock that is off; return the rows that were answered."""
    before: _Rows = store.connection.execute("SELECT * FROM outbox").fetchall()
    with suppress(StoreBusy):
        stopped = send_outbox(config, os.environ, asked=True, clock=lambda: datetime.now(UTC) + off).stopped  # type: ignore[arg-type]  # a Config
        if stopped:
            time.sleep(0.2)
    left = {row[:2] for row in store.connection.execute("SELECT id, rev FROM outbox")}
    return [row for row in before if row[:2] not in left]


def _put_back(store: Store, rows: Sequence[tuple[object, ...]]) -> None:
    """Put rows into the outbox again, as if their answers had not come."""
    with store.begin_writing() as connection:
        for row in rows:
            connection.execute(f"INSERT OR IGNORE INTO outbox VALUES ({', '.join('?' * len(row))})", row)


@dataclass
class Stage:
    """The folder of all clients, the server and its database."""

    folder: Path
    database: PostgresqlServer
    clients: int
    runs: int
    seed: int
    server: subprocess.Popen[bytes] | None = None
    playing: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    port: int = 0
    team: str = ""

    def prepare(self) -> None:
        """Make the database, a member with a token for each client, and each client's folder."""
        self.database.start()
        make_template(self.database, "team")
        with closing(socket.create_server(("127.0.0.1", 0))) as found:
            self.port = found.getsockname()[1]
        template = self.folder / "template"
        environment = scratch_environment(template) | self._wish("")
        template.mkdir()
        cost(twiceshy("run", "--wait-telemetry", "--quiet", "--", "true"), environment)
        with Store.open(template / "store") as store, store.begin_writing() as connection:
            connection.execute("DELETE FROM outbox")  # else every client would send this one as an own run
        self._start_server()
        now = datetime.now(UTC)
        with closing(open_team_store(self.database.url("team", LOGIN))) as team:
            self.team = team.make_team("chaos", now)
            for number in range(self.clients):
                shutil.copytree(template, self.folder / str(number))
                token = make_token_text()
                (self.folder / str(number) / "token").write_text(token)
                line = TokenLine(
                    digest=sha256(token.encode()).digest(),
                    member=team.make_member(self.team, str(number), now),
                    label="",
                    scopes=frozenset({"write"}),
                    made_at=now,
                    expires_at=None,
                    last_used_on=None,
                )
                team.make_token(self.team, line)
        self.left = list(range(self.clients))

    def _wish(self, token: str) -> dict[str, str]:
        return {
            "TWICESHY_TELEMETRY_BACKEND": "hybrid",
            "TWICESHY_SYNC_URL": f"http://127.0.0.1:{self.port}",
            "TWICESHY_SYNC_TOKEN": token,
            "TWICESHY_TEAM_KEY": render_team_key(bytes(range(32))),
        }

    def _start_server(self) -> None:
        home = self.folder / "server"
        home.mkdir(exist_ok=True)
        words = ("serve", "--database", self.database.url("team", LOGIN), "--port", str(self.port), "--processes", "1")
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(twiceshy(*words), env=scratch_environment(home), stdout=log, stderr=log)

    def keep_playing(self) -> None:
        """Start again who ended before the end, and whoever's turn it is."""
        for number, process in list(self.playing.items()):
            if process.poll() is not None:
                del self.playing[number]
                if process.returncode:
                    self.left.append(number)
        while self.left and len(self.playing) < _AT_ONCE:
            number = self.left.pop(0)
            home = self.folder / str(number)
            environment = scratch_environment(home) | self._wish((home / "token").read_text())
            words = [sys.executable, "-m", "benchmarks", "team_chaos", "--seed", str(self.seed), "--play"]
            with (self.folder / "clients.log").open("ab") as log:
                self.playing[number] = subprocess.Popen(
                    [*words, str(home), str(number), str(self.runs)], env=environment, stdout=log, stderr=log
                )
        if self.server is None or self.server.poll() is not None:
            self._start_server()

    def kill(self, victim: str, random: Random) -> None:
        """Kill one of them; a database is started again at once, the others by ``keep_playing``."""
        if victim == "client" and self.playing:
            self.playing[random.choice(sorted(self.playing))].kill()
        elif victim == "server" and self.server is not None:
            self.server.kill()
            self.server.wait()
        elif victim == "database":
            self.database.stop(signal.SIGKILL)
            while True:
                with suppress(RuntimeError):
                    self.database.start()
                    return
                time.sleep(0.2)


def _run(stage: Stage, rounds: int) -> None:
    """Play all rounds, let everybody end, and print what was found."""
    stage.prepare()
    random = Random(stage.seed)
    killed: Counter[str] = Counter()
    started = time.monotonic()
    try:
        while (stage.left or stage.playing) and time.monotonic() - started < _PATIENCE_S:
            stage.keep_playing()
            if killed.total() < rounds:
                time.sleep(random.uniform(0.1, 1.5))
                victim = random.choice(_VICTIMS)
                if stage.playing:
                    stage.kill(victim, random)
                    killed[victim] += 1
            else:
                time.sleep(0.2)
    finally:
        for process in (*stage.playing.values(), *filter(None, [stage.server])):
            process.kill()
            process.wait()
    print(f"{killed.total()} kills: {', '.join(f'{count} {name}' for name, count in sorted(killed.items()))}")
    print(f"{time.monotonic() - started:.0f} s, {stage.clients} clients, {stage.runs} runs each")
    if stage.left or stage.playing:
        print(f"{len(stage.left) + len(stage.playing)} clients have not ended:")
        print((stage.folder / "clients.log").read_text()[-3_000:])
    report(stage)


def report(stage: Stage) -> None:
    """Compare what is in the database with what clients stored and with what they still hold."""
    made = {key for number in range(stage.clients) for key in list_keys(number, stage.runs)}
    held: set[bytes] = set()
    stored: set[bytes] = set()
    for number in range(stage.clients):
        with Store.open(stage.folder / str(number) / "store", readonly=True) as store:
            held |= {key for (key,) in store.connection.execute("SELECT id FROM outbox WHERE kind = 'execution'")}
            stored |= {key for (key,) in store.connection.execute("SELECT execution_id FROM executions")} & made
    with psycopg.connect(stage.database.url("team")) as connection:
        there = [bytes(key) for (key,) in connection.execute("SELECT id FROM execution")]
        sums = {
            name: int(connection.execute(sql).fetchone()[0] or 0)  # type: ignore[index]  # a sum is one row
            for name, sql in (
                ("run_day", "SELECT sum(runs) FROM run_day"),
                ("command_day", "SELECT sum(runs) FROM command_day"),
                ("intake_day", "SELECT sum(rows) FROM intake_day WHERE kind = 'execution'"),
            )
        }
    ours = Counter(key for key in there if key in made)
    lost = stored - held - ours.keys()
    doubled = sum(count - 1 for count in ours.values())
    wrong = {name: total - len(there) for name, total in sums.items() if total != len(there)}
    print(f"acknowledged and lost: {len(lost)}; doubled: {doubled}; sums that differ from the rows: {wrong or 0}")
    print(
        f"stored by clients {len(stored)} of {len(made)}, in the database {len(ours)}, still waiting {len(held & made)}"
    )
