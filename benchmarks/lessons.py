"""What real logs teach, how sure it is, and what learning costs; a random draw to be read by eye.

``python -m benchmarks lessons HOME [--read N]``: HOME is a data folder with judged logs; it is copied first. Lessons
stand as on the day after the last event, and as today. Beside the lessons in use stand those of two plain rules: every
kind of error seen twice, and every one seen at all.
"""

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.records.lessons import LessonState

SURE = 0.85


def main(words: Sequence[str] = ()) -> None:
    if not words:
        print("give a data folder with real logs", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "data"
        shutil.copytree(words[0], home)
        config = replace(load({}, os.environ, Path(folder)), home=home)
        with Store.open(home, readonly=True) as store:
            ((last,),) = store.connection.execute("SELECT max(at) FROM call")
        end = datetime.fromisoformat(last) + timedelta(days=1)
        began = time.process_time()
        sessions = learn_lessons(config, now=lambda: end)
        spent = time.process_time() - began
        print(f"{sessions} sessions, {1000 * spent / max(sessions, 1):.1f} ms CPU each")
        for name, day in (("after the last event", end), ("today", datetime.now(UTC))):
            known = list_lessons(config, day)
            states = Counter(lesson.state.value for lesson in known)
            used = [lesson for lesson in known if lesson.state is LessonState.ACTIVE]
            sure = sum(lesson.confidence >= SURE for lesson in used)
            print(f"{name}: {len(known)} lessons, {dict(states)}, {sure} in use at {SURE} and more")
        reached = [one for one in known if not one.quoted and one.observations >= 3 and one.sessions >= 2]
        twice = sum(one.observations >= 2 for one in known)
        print(f"ever in use: {len(reached)}; seen twice: {twice}; seen at all: {len(known)}")
        if "--read" in words:
            pool = sorted((one for one in known if not one.quoted), key=lambda one: one.id)
            count = min(int(words[list(words).index("--read") + 1]), len(pool))
            for one in random.Random(2).sample(pool, count):
                print(f"\n{one.slug} n={one.observations}: {one.description}\n- {one.bad}\n+ {one.good}")
