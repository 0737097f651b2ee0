"""Ten thousand requests that should not get in, sent as bytes to a dashboard that listens: how many pass?

``python -m benchmarks dashboard_attacks [--requests 10000] [--seed 23] [--show]``. The kinds take turns. A quarter
comes before the token was used, and must not use it up. One passes when it is answered though it should be refused,
shows a text of the store to who has no pass, gets a cookie, changes the store, brings markup or a handler into a page,
fails on our side (500), or hangs.
"""

import argparse
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from random import Random

from tests.doors.web.dashboard.served import Served, serve
from tests.doors.web.pages import HOSTILE
from tests.logs.builders import a_session

from benchmarks.dashboard_attempts import DashboardAttack, Known, draw_attacks, write_login
from twiceshy.doors.cli.main import main as run_twiceshy

CANARY = "canary 4711 of the store"
"""Stands in the store; who has no pass must never read it."""
SLOWEST_S = 10.0
"""Of one answer, on a busy machine (guess, 2026-11-23)."""
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


def main(words: Sequence[str] = ()) -> None:
    """Send them all and print how many passed, by kind."""
    parser = argparse.ArgumentParser(prog="dashboard_attacks", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=23)
    parser.add_argument("--show", action="store_true", help="print each that passed")
    args = parser.parse_args(list(words))
    began = time.process_time()
    with tempfile.TemporaryDirectory(prefix="attacks") as folder:
        home = write_store(Path(folder))
        sent, passed = attack(home, args.requests, args.seed)
    for kind, count in sorted(sent.items()):
        print(f"  {kind}: {sum(1 for one, _, _ in passed if one == kind)} of {count} passed")
    for kind, why, message in passed if args.show else passed[:5]:
        print(f"{kind}: {why}\n    {message[:300]!r}")
    print(
        f"{len(passed)} of {sum(sent.values())} passed; {time.process_time() - began:.0f} CPU s, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def write_store(folder: Path) -> Path:
    """Return a data folder with one session, whose every text is the canary and hostile."""
    log = folder / "a.jsonl"
    text = f"{CANARY} {HOSTILE}"
    a_session("one").prompt(text).runs(f"pytest {text}", f"1 failed {text}", failed=True).write(log)
    assert run_twiceshy(["--home", str(folder / "home"), "ingest", str(log), "--processes", "1"]) == 0
    return folder / "home"


def attack(home: Path, count: int, seed: int) -> tuple[Counter[str], list[tuple[str, str, bytes]]]:
    """Return how many were sent of each kind, and which passed, why."""
    random = Random(seed)
    sent: Counter[str] = Counter()
    passed: list[tuple[str, str, bytes]] = []

    def send_all(served: Served, known: Known, most: int) -> None:
        for one in draw_attacks(known, random, most):
            sent[one.kind] += 1
            if why := find_fault(served, one):
                passed.append((one.kind, why, one.sends))

    before = stamp(home)
    with serve(home) as served:
        token = served.entrance.token
        send_all(served, Known(served.port, served.own, "", token), count // 4)
        answer = served.send(write_login(served.own, token))
        cookie = re.search(rb"set-cookie: ([^;\r]+)", answer)
        if cookie is None:
            passed.append(("token", "the right browser is not let in any more", answer))
        else:
            send_all(served, Known(served.port, served.own, cookie[1].decode(), token), count - count // 4)
    if stamp(home) != before:
        passed.append(("write", "the store is another", b""))
    return sent, passed


def stamp(home: Path) -> Mapping[str, bytes]:
    """Return what the files of the data folder hold, but for what every reader may touch."""
    return {path.name: path.read_bytes() for path in home.iterdir() if path.suffix in {".db", ".yaml", ".toml"}}


def find_fault(served: Served, one: DashboardAttack) -> str:
    """Return why it passed; empty where it did not."""
    began = time.monotonic()
    try:
        answer = served.send(one.sends)
    except TimeoutError:
        return "hangs"
    if time.monotonic() - began > SLOWEST_S:
        return "is slow"
    return judge_answer(answer, one)


def judge_answer(answer: bytes, one: DashboardAttack) -> str:
    """Return what is wrong with an answer; empty where nothing is."""
    statuses = [int(found) for found in _STATUS.findall(answer)]
    if any(status >= 500 and status != 503 for status in statuses) or b"Traceback" in answer:
        return f"fails: {statuses}"
    if re.search(rb"^set-cookie:", answer.partition(b"\r\n\r\n")[0].lower(), re.MULTILINE):
        return "gets a cookie"
    if not one.shown and any(status < 400 for status in statuses):
        return f"is answered: {statuses}"
    if not one.shown and CANARY.encode() in answer:
        return "is shown a text of the store"
    if b"content-type: text/html" not in answer:
        return ""
    if b"content-security-policy: default-src 'none'" not in answer:
        return "is answered without a policy"
    return next(list_foreign_markup(answer.partition(b"\r\n\r\n")[2].decode(errors="replace")), "")


def list_foreign_markup(page: str) -> Iterator[str]:
    """Yield what stands in a page and is none of ours: handlers, scripts, other addresses."""
    reader = _Markup()
    reader.feed(page)
    yield from reader.found


class _Markup(HTMLParser):
    """Collects what no page of ours has."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"iframe", "base", "object", "embed", "img", "style"}:
            self.found.append(f"holds <{tag}>")
        for name, value in attrs:
            if name.startswith(("on", "hx-on", "style")) or name in {"srcdoc", "hx-vals", "hx-headers"}:
                self.found.append(f"holds {name}=")
            aims = name in {"href", "src", "action", "formaction"} or name.startswith("hx-")
            if aims and value and re.match(r"\s*(javascript:|js:|//|https?:)", value, re.IGNORECASE):
                self.found.append(f"leads to {value[:40]}")
        if tag == "script" and not (dict(attrs).get("src") or "").startswith("/static/"):
            self.found.append("holds a script")
