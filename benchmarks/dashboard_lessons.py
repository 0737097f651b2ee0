"""What the pages of lessons cost: CPU of a request, with 10,000 lessons of 25,000 cases in 2,000 sessions.

``python -m benchmarks dashboard_lessons [LESSONS]``: the store is made by a seed, the requests are answered in this
process, without a network and without a browser; each page is asked for nine times, and the middle one is told. Before
each request something is stored, as between two looks while an agent works: no answer that was kept helps.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from tests.archive.conftest import Log, stored
from tests.doors.web.dashboard.boards import WRITE, open_board
from tests.lessons.builders import SEEN, a_lesson

from twiceshy.archive import lesson_rows
from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.values import Scrubbed
from twiceshy.records.lessons import LessonOccurrence, LessonState, Occurrence

_SEED = 23
_SESSIONS, _PROJECTS, _CASES_EACH = 2_000, 40, 2.5
_TIMES = 9
_GOAL_MS = 150
CATEGORIES = ("type", "async", "undefined", "correction", "incorrect_parameter", "missing_prerequisite")
WORDS = (
    *("build", "test", "index", "parser", "cache", "socket", "token", "route", "layer"),
    *("handler", "query", "table", "column", "import", "export", "path"),
)


def main(argv: Sequence[str]) -> None:
    count = int(argv[0]) if argv else 10_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        ids = fill(home, count)
        browser = open_board(home).let_in()
        most = ids[0]
        paths = [
            "/lessons",
            "/lessons?state=all",
            "/lessons?state=all&sort=sure",
            "/lessons?state=all&sort=newest",
            "/lessons?state=all&sort=cost",
            "/lessons?state=all&category=async&project=project-7",
            f"/lessons?state=all&after={ids[count // 2]}",
            f"/lessons/{most}",
            f"/lessons/{most}/cases",
            f"/lessons/{most}/like",
            f"/lessons/{most}/advice",
            "/review",
        ]
        print(f"{count:,} lessons, load {os.getloadavg()[0]:.1f}; goal {_GOAL_MS} ms CPU\n")
        print("| request | CPU, ms | least | answer, KB |\n|---|---|---|---|")
        for path in paths:
            took, size = [], 0
            for number in range(_TIMES):
                browser.post(f"/api/lessons/{ids[number + 1]}/mute", headers=WRITE)
                began = time.process_time()
                answer = browser.get(path)
                took.append(1000 * (time.process_time() - began))
                assert answer.status_code == 200, answer.text
                size = len(answer.content)
            name = path.replace(most, "ID").replace(ids[count // 2], "ID")
            print(f"| `{name}` | {statistics.median(took):.0f} | {min(took):.0f} | {size / 1000:.0f} |", flush=True)


def fill(home: Path, count: int) -> list[str]:
    """Store lessons of a seed; return their ids, the most often seen first."""
    chance = random.Random(_SEED)  # invented rows
    config = load({"home": str(home)}, {}, home)
    with Store.open(config.home) as store:
        for number in range(_SESSIONS):
            project = f"remote:host/owner/project-{number % _PROJECTS}"
            stored(store, Log(f"s{number}", project, SEEN - timedelta(hours=number)).opened().prompt("please"))
        with store.begin_writing() as connection:
            lesson_rows.put(connection, [], invent(chance, count), {})
            lesson_rows.set_states(connection, {key_of(at): choose_state(chance) for at in range(count)})
        rows = store.connection.execute("SELECT hex(id) FROM lesson ORDER BY observations DESC, id").fetchall()
    return [f"l-{key.lower()}" for (key,) in rows]


def invent(chance: random.Random, count: int) -> Iterator[LessonOccurrence]:
    """Yield cases: few lessons have many, most have one or two."""
    for number in range(count):
        said = " ".join(chance.choices(WORDS, k=8))
        category = chance.choice(CATEGORIES)
        lesson = a_lesson(
            id=f"l-{key_of(number).hex()}",
            slug=f"python_{category}_{number}",
            category=category,
            quoted=category == "correction",
            description=Scrubbed(f'The user said: "{said}"' if category == "correction" else said),
            root_cause=Scrubbed("" if category == "correction" else " ".join(chance.choices(WORDS, k=6))),
        )
        for time_ in range(max(1, min(round(_CASES_EACH * chance.paretovariate(1.3) / 4), 300))):
            session = chance.randrange(_SESSIONS)
            seen = Occurrence(
                session=Log(f"s{session}").session,
                event=f"{number}-{time_}".encode().ljust(16, b"."),
                at=SEEN - timedelta(hours=session, minutes=chance.randrange(50)),
                project=f"project-{session % _PROJECTS}",
                file=Scrubbed(f"src/{chance.choice(WORDS)}.py"),
                model=chance.choice(("claude-opus-4-8", "gpt-5.5", "")),
                agent="claude-code",
                message=Scrubbed(said),
                cost_s=float(chance.randrange(900)),
            )
            yield LessonOccurrence(key=key_of(number), lesson=lesson, occurrence=seen, fixed=bool(chance.randrange(2)))


def key_of(number: int) -> bytes:
    """Eight bytes."""
    return number.to_bytes(8, "big")


def choose_state(chance: random.Random) -> LessonState:
    """As in a real store: most are watched or archived."""
    return chance.choices((LessonState.SHADOW, LessonState.ACTIVE, LessonState.ARCHIVED), (23, 5, 72))[0]


if __name__ == "__main__":
    main(sys.argv[1:])
