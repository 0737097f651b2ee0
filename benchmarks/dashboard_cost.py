"""What the dashboard costs, and whether its numbers are the command line's.

``python -m benchmarks dashboard_cost HOME [--sessions 1000] [--rounds 5]``. HOME is a data folder into which logs were
read; it is copied, and the copy's sessions are multiplied until there are that many. Told are the CPU seconds until the
address is printed, the memory of an idle server, the CPU of each page's own request the first time and again, the bytes
of the first page with all that it loads, and for each page with a form in JSON whether it equals what the verb prints.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measure import twiceshy
from twiceshy.doors.web.dashboard.pages import list_pages

PAGES = list_pages(None)

LINK = re.compile(r'(?:href|src|hx-get)="(/[^"#]*)"')
TICKS = os.sysconf("SC_CLK_TCK")
VERBS: Mapping[str, Sequence[str]] = {
    "/overview/insights": ["report"],
    "/overview/cost": ["report", "cost", "--by", "day"],
    "/overview/work": ["report", "tasks"],
    "/sessions": ["sessions", "--limit", "50"],
    "/habits": ["effects"],
    "/models": ["report", "models"],
    "/files": ["report", "edits"],
    "/runs": ["runs", "list"],
    "/lessons": ["lessons", "list", "--limit", "50"],
    "/suggestions": ["suggest", "--all"],
    "/settings": ["config"],
    "/memory": ["memory", "status"],
}
"""What prints the same answer, by the page."""


class Running(NamedTuple):
    """A dashboard that was started as a person starts it."""

    pid: int
    port: int
    cookie: str
    cpu_s: float
    """Until the address was printed."""
    ready_s: float
    """Until it let the browser in."""


def main(words: Sequence[str] = ()) -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(prog="dashboard_cost", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--sessions", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(list(words))
    with tempfile.TemporaryDirectory(prefix="dashboard") as folder:
        home = Path(folder) / "home"
        shutil.copytree(args.home, home)
        print(f"{multiply_sessions(home, args.sessions):,} sessions, load {os.getloadavg()[0]:.1f}")
        starts, ready = [], []
        for _ in range(args.rounds):
            with start(home) as running:
                starts.append(running.cpu_s)
                ready.append(running.ready_s)
                time.sleep(1.0)
                idle = read_memory(running.pid)
        print(f"until the address is printed: {statistics.median(starts):.2f} CPU s (of {sorted(starts)})")
        print(f"until the browser is let in: {statistics.median(ready):.2f} CPU s (of {sorted(ready)})")
        print(f"idle: {idle / 1e6:.0f} MB")
        with start(home) as running:
            print_pages(running)
            print_weight(running)
            print(f"after all pages: {read_memory(running.pid) / 1e6:.0f} MB")
            compare_numbers(running, home)
        print(f"load {os.getloadavg()[0]:.1f}")


def multiply_sessions(home: Path, wanted: int) -> int:
    """Copy rows of sessions under new ids until there are enough, their events not; return how many there are."""
    with closing(sqlite3.connect(home / "twiceshy.db")) as connection:
        (there,) = connection.execute("SELECT COUNT(*) FROM session").fetchone()
        columns = [row[1] for row in connection.execute("PRAGMA table_info(session)") if row[1] != "id"]
        new = {"uid": "randomblob(16)", "native_id": "native_id || hex(randomblob(4))"}
        values = ", ".join(new.get(one, one) for one in columns)
        names = ", ".join(columns)
        most = max(0, wanted - there)
        connection.execute(f"INSERT INTO session ({names}) SELECT {values} FROM session LIMIT ?", (most,))
        connection.commit()
        return int(there + most)


@contextmanager
def start(home: Path) -> Iterator[Running]:
    """Start a dashboard over that data folder, and go in."""
    command = twiceshy("--home", str(home), "dashboard", "--no-open")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.match(r"http://127\.0\.0\.1:(\d+)/login#t=(\S+)", process.stdout.readline())
            assert found is not None
            spent, port = read_cpu(process.pid), int(found[1])
            headers = {"Origin": f"http://127.0.0.1:{port}", "X-Twiceshy": "1"}
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                connection.request("POST", "/login", f"token={found[2]}", headers)
                cookie = connection.getresponse().headers["set-cookie"].partition(";")[0]
            yield Running(process.pid, port, cookie, spent, read_cpu(process.pid))
        finally:
            process.terminate()


def read_cpu(pid: int) -> float:
    """Return the CPU seconds of a process so far, of all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def read_memory(pid: int) -> int:
    """Return the bytes of memory that a process has for itself, and its share of what it shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def ask(running: Running, path: str, *, part: bool = False) -> tuple[int, bytes]:
    """Return the status and the body of an answer."""
    headers = {"Cookie": running.cookie} | ({"HX-Request": "true", "HX-Target": "main#main"} if part else {})
    with closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=300)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def print_pages(running: Running) -> None:
    """Print the CPU of each page without a name in its path: asked for whole, its own content, and that again."""
    print("page: CPU ms of the first request, of what it loads, of that again")
    for page in PAGES:
        if "{" in page.path:
            continue
        spent = []
        for part in (False, True, True):
            before = read_cpu(running.pid)
            status, _ = ask(running, page.path, part=part)
            spent.append(1000 * (read_cpu(running.pid) - before))
        print(f"  {page.path}: {' '.join(f'{one:.0f}' for one in spent)} ({status})")


def print_weight(running: Running) -> None:
    """Print the bytes of the first page with all that it loads, and who else is asked."""
    _, page = ask(running, "/")
    links = LINK.findall(page.decode())
    assets = sorted({link for link in links if link.startswith("/static/")})
    parts = sorted({link for link in links if link.startswith("/overview/")})
    sizes = {link: len(ask(running, link.replace("&amp;", "&"), part=True)[1]) for link in [*assets, *parts]}
    whole = len(page) + sum(sizes.values())
    print(f"first page: {len(page):,} bytes, {whole:,} with {len(assets)} scripts and styles and {len(parts)} parts")
    outside = re.findall(r'(?:href|src|hx-get|action)="(?!/|#|data:)[^"]+"', page.decode())
    print(f"addresses elsewhere: {len(outside)}")


def compare_numbers(running: Running, home: Path) -> None:
    """Print for each page with a form in JSON whether it is what the verb prints."""
    for path, verb in VERBS.items():
        _, body = ask(running, f"/api{path}")
        command = twiceshy("--home", str(home), *verb, "--json")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"  {path}: `{' '.join(verb)}` says: {done.stderr.strip()[:100]}")
            continue
        differ = list(list_differences(json.loads(body), json.loads(done.stdout)))
        print(f"  {path}: {len(differ)} differ from `{' '.join(verb)} --json` {differ[:3] if differ else ''}")


def list_differences(ours: Any, theirs: Any, place: str = "") -> Iterator[str]:
    """Yield where two documents differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            if key in ours and key in theirs:
                yield from list_differences(ours[key], theirs[key], f"{place}.{key}")
            else:
                yield f"{place}.{key} (one has it)"
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from list_differences(one, other, f"{place}[{number}]")
    elif ours != theirs:
        yield f"{place}: {str(ours)[:40]} and {str(theirs)[:40]}"


if __name__ == "__main__":
    main(sys.argv[1:])
