"""A session of 50,000 moments in the dashboard: what each request costs, and whether the page ever stalls.

``python -m benchmarks dashboard_session [--moments 50000] [--seed 23] [--no-browser]``. A seeded writer makes the log,
`ingest` stores it. CPU is that of this process for one request to a dashboard that has answered none, the least of
three. In Chromium the page is scrolled
from end to end; the longest task is what the browser itself reports (`longtask`, so 0 is "none above 50 ms"), and nodes
are all of the document, texts too.
"""

import argparse
import os
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.doors.web import browser
from tests.doors.web.dashboard.boards import open_board
from tests.doors.web.dashboard.served import serve
from tests.logs.builders import Log, a_session

from twiceshy.doors.cli.main import main as run_twiceshy

STEP_PX, STEP_MS = 2_000, 60
"""Of one scroll (guess, 2026-11-23: faster than anybody reads)."""
WATCH = """(() => {
  window.longest = 0; window.nodes = 0; window.blank = 0; window.steps = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.longest = Math.max(window.longest, one.duration);
  }).observe({ type: "longtask" });
})()"""
SCROLL = """new Promise((done) => {
  const step = () => {
    const end = document.documentElement.scrollHeight - innerHeight;
    if (scrollY >= end - 2) return done(true);
    scrollTo(0, Math.min(end, scrollY + %d));
    window.steps += 1;
    if (window.steps %% 10 === 0) {
      const walk = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
      let found = 0;
      while (walk.nextNode()) found += 1;
      window.nodes = Math.max(window.nodes, found);
    }
    if (performance.now() - begun > 40000) return done(false);
    setTimeout(step, %d);
  };
  const begun = performance.now();
  step();
})"""


class BrowsedSession(NamedTuple):
    """What the browser saw."""

    longest_ms: float
    nodes: int
    steps: int


def main(words: Sequence[str] = ()) -> None:
    """Make the session, ask for it, scroll it."""
    parser = argparse.ArgumentParser(prog="dashboard_session", description=__doc__)
    parser.add_argument("--moments", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=23)
    parser.add_argument("--no-browser", action="store_true")
    args = parser.parse_args(list(words))
    with tempfile.TemporaryDirectory(prefix="long-session") as folder:
        home = store_session(Path(folder), args.moments, args.seed)
        for name, spent, size in measure_requests(home):
            print(f"  {name}: {spent * 1000:.0f} ms CPU, {size / 1000:.0f} kB")
        program = None if args.no_browser else browser.find_chromium()
        if program is None:
            print("no Chromium was asked")
            return
        found = scroll(home, program, Path(folder))
    print(
        f"longest task {found.longest_ms:.0f} ms (0: none above 50), at most {found.nodes} nodes, "
        f"{found.steps} scrolls; load {os.getloadavg()[0]:.1f}"
    )


def store_session(folder: Path, moments: int, seed: int) -> Path:
    """Return a data folder with one session of that many moments."""
    path = folder / "long.jsonl"
    write_session(moments, seed).write(path)
    assert run_twiceshy(["--home", str(folder / "home"), "ingest", str(path), "--processes", "1"]) == 0
    return folder / "home"


def write_session(moments: int, seed: int) -> Log:
    """Return a log of prompts, replies, reads, edits, commands that work and fail, and subagents."""
    rng = Random(seed)
    log = a_session(f"long {seed}")
    made = 0
    while made < moments:
        name = f"src/part_{rng.randrange(400)}.py"
        log.agent = f"helper{made // 500}" if made % 500 > 440 else None
        kind = rng.random()
        if kind < 0.04:
            log.prompt(f"please look at {name} again, number {made}")
        elif kind < 0.3:
            log.says(f"I look at {name} now. " + "It has more than one reader. " * rng.randrange(8))
        elif kind < 0.6:
            log.reads(name, f"x = {made}\ny = 2")
        elif kind < 0.75:
            log.edits(name, f"x = {made}", f"x = {made + 1}")
        elif kind < 0.85:
            log.fails("Bash", f"Exit code 1\nE   assert {rng.randrange(50)} == 2", command=f"pytest -q {name}")
        else:
            log.runs(f"git diff -- {name}", f"{made} lines")
        made += 1
    return log


def measure_requests(home: Path) -> list[tuple[str, float, int]]:
    """Return CPU seconds and bytes of each sort of request."""
    asked = open_board(home).let_in()
    session = re.findall(r'data-row href="(/sessions/s-[0-9a-f]{32})"', asked.get("/sessions").text)[0]
    parts = [one.replace("&amp;", "&") for one in re.findall(r'data-part="([^"]+)"', asked.get(session).text)]
    middle = asked.get(parts[len(parts) // 2]).text
    uid = re.findall(r'data-open="([0-9a-f]+)"', middle)[7]
    wanted = {
        "the list": "/sessions",
        "the frame": session,
        "a part of 200": parts[len(parts) // 2],
        "the last part": parts[-1],
        "one moment": f"{session}/moments/{uid}",
        "the frame at a message": f"{session}?at={uid}",
        "its cost": f"{session}/cost",
    }
    found = []
    for name, path in wanted.items():
        times = []
        for _ in range(3):
            asked = open_board(home).let_in()  # a new one has kept no answer
            begun = time.process_time()
            answer = asked.get(path)
            times.append(time.process_time() - begun)
            assert answer.status_code == 200, answer.text
        found.append((name, min(times), len(answer.content)))
    return found


def scroll(home: Path, program: str, folder: Path) -> BrowsedSession:
    """Open the session in a browser and scroll it from its beginning to its end."""
    asked = open_board(home).let_in()
    path = re.findall(r'data-row href="(/sessions/s-[0-9a-f]{32})"', asked.get("/sessions").text)[0]
    with serve(home) as served, browser.start(program, folder / "profile") as tab:
        tab.ask("Emulation.setDeviceMetricsOverride", width=1000, height=800, deviceScaleFactor=1, mobile=False)
        tab.ask("Page.navigate", url=served.address)
        wait_for(tab, "location.pathname === '/'")
        tab.ask("Page.navigate", url=served.own + path)
        wait_for(tab, "document.querySelectorAll('.part > li').length > 50")
        tab.run(WATCH)
        while not tab.run(SCROLL % (STEP_PX, STEP_MS)):
            pass
        return BrowsedSession(*(tab.run(f"window.{name}") for name in ("longest", "nodes", "steps")))


def wait_for(tab: browser.Tab, condition: str) -> None:
    """Ask until it holds.

    Raises:
        TimeoutError: it does not.
    """
    until = time.monotonic() + browser.WAIT_S
    while time.monotonic() < until:
        if tab.run(condition):
            return
        time.sleep(0.1)
    raise TimeoutError(condition)
