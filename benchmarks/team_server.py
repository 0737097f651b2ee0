"""How fast a team's server takes rows over its whole path, beside staging with ON CONFLICT of the same rows.

``python -m benchmarks team_server [--rows 20000] [--batch 1000] [--rounds 7] [--clients 1 2 4]``: starts a PostgreSQL
of its own that waits for the disk, and ``twiceshy serve`` before it. Each round stores the same rows in turn by
``team_ingest``'s staging (one client, values ready made) and by HTTP: bodies packed with zstd, a token, a search for
secrets, an answer for each row, the daily sums. Packing is the client's and is not counted. Everything runs on the
cores of this machine, the clients too.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import zstandard
from tests.postgres import LOGIN, MISSING, PostgresqlServer, find_programs, make_template

from benchmarks.team_ingest import make_rows, run_staging
from twiceshy.privacy.wire.wire_rows import encode_row
from twiceshy.records.team import Scope, WireRow
from twiceshy_team import serve

PATIENCE_S = 60


class Address(NamedTuple):
    """A server that listens."""

    host: str
    port: int
    process: subprocess.Popen[str]


@contextmanager
def start_server(database: str, *words: str) -> Iterator[Address]:
    """A server with a log of its own on a free port of this machine, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home, (Path(home) / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "twiceshy", "serve", "--port", str(port), *words],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "TWICESHY_DATABASE": database, "TWICESHY_HOME": home},
        )
        try:
            assert process.stdout is not None
            if not process.stdout.readline().startswith("http://"):
                raise RuntimeError((Path(home) / "log").read_text())
            address = Address("127.0.0.1", port, process)
            wait_for(address)
            yield address
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def wait_for(address: Address) -> None:
    """Wait until it answers."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        try:
            connection = http.client.HTTPConnection(address.host, address.port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server does not answer")


def make_tokens(database: str, team: str, count: int) -> list[str]:
    """The tokens of the members of a new team: each client is a person of its own."""
    now = datetime.now(UTC)
    serve.add_team(database, team, "counts", now)
    scopes: set[Scope] = {"read", "write"}
    tokens = []
    for number in range(count):
        name = f"person {number}"
        serve.add_member(database, team, name, now)
        shown = serve.add_token(database, team, name, label="", scopes=scopes, days=1, now=now)
        tokens.append(shown.token)
    return tokens


def send(address: Address, token: str, bodies: Sequence[bytes]) -> int:
    """Send bodies over one connection; return how many rows were stored."""
    connection = http.client.HTTPConnection(address.host, address.port, timeout=PATIENCE_S)
    stored = 0
    for body in bodies:
        while True:
            connection.request(
                "POST",
                "/v1/batch",
                body,
                {
                    "Authorization": f"Bearer {token}",
                    "Content-Encoding": "zstd",
                    "Content-Type": "application/x-ndjson",
                },
            )
            answer = connection.getresponse()
            found = answer.read()
            if answer.status != 429:
                break
            time.sleep(float(answer.headers["Retry-After"]))
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {found!r}")
        stored += sum(row["is"] == "stored" for row in json.loads(found)["rows"])
    return stored


def run_http(address: Address, tokens: Sequence[str], bodies: Sequence[bytes], count: int) -> float:
    """Seconds until every row was answered, by as many clients as there are tokens."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(tokens)) as pool:
        asked = [
            pool.submit(send, address, token, list(islice(bodies, place, None, len(tokens))))
            for place, token in enumerate(tokens)
        ]
        stored = sum(one.result() for one in asked)
    spent = time.perf_counter() - started
    if stored != count:
        raise RuntimeError(f"{stored} of {count} rows were stored")
    return spent


def pack(batch: Sequence[WireRow]) -> bytes:
    return zstandard.compress(b"".join(encode_row(row) + b"\n" for row in batch))


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks team_server", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--processes", type=int, default=1)
    args = parser.parse_args(argv)
    programs = find_programs()
    if programs is None:
        raise SystemExit(MISSING)
    server = PostgresqlServer(programs, durable=True)
    try:
        server.start()
        make_template(server)
        database = server.url("template_team", LOGIN)
        with start_server(database, "--processes", str(args.processes)) as address:
            measure(address, database, args)
    finally:
        server.remove()


def measure(address: Address, database: str, args: argparse.Namespace) -> None:
    """Print rows a second of each way, and shares of staging from the same round."""
    spent: dict[str, list[float]] = defaultdict(list)
    wire = 0
    for number in range(args.rounds + 1):
        rows = list(make_rows(args.rows, number))
        batches = [rows[place : place + args.batch] for place in range(0, args.rows, args.batch)]
        wire = sum(len(encode_row(row)) + 1 for row in rows)
        bodies = [pack(batch) for batch in batches]
        found = {"staging": run_staging(database, batches).wall}
        for clients in args.clients:
            tokens = make_tokens(database, f"team {number} of {clients}", clients)
            found[f"http, {clients}"] = run_http(address, tokens, bodies, args.rows)
        if number:  # the first warms up
            for way, taken in found.items():
                spent[way].append(taken)
    print(
        f"{args.rows:,} rows ({wire / 1e6:.1f} MB of lines) in batches of {args.batch:,}, {args.rounds} rounds, median"
    )
    print(f"{os.cpu_count()} cores, {args.processes} server process(es)")
    print(f"{'way, clients':<14}{'rows/s':>10}{'MB/s':>8}{'of staging':>24}")
    for way, seconds in spent.items():
        middle = statistics.median(seconds)
        shares = sorted(staged / mine for staged, mine in zip(spent["staging"], seconds, strict=True))
        share = f"{statistics.median(shares):.2f} ({shares[0]:.2f} to {shares[-1]:.2f})"
        print(f"{way:<14}{args.rows / middle:>10,.0f}{wire / middle / 1e6:>8.1f}{share:>24}")
