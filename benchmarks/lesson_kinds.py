"""Which lessons on machine trouble and hooks real logs teach, and which rules that a person stated are offered.

``python -m benchmarks lesson_kinds HOME [--projects a,b] [--show]``: HOME is a data folder with judged logs. It is
copied and learned from. ``--show`` prints each lesson and rule, to be read by eye.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.lessons.recipes.lesson_reviews import list_offers
from twiceshy.lessons.user_corrections import is_quotation
from twiceshy.records.lessons import LessonKind, LessonState


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--projects", default="")
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "data"
        shutil.copytree(args.home, home)
        config = replace(load({}, os.environ, Path(folder)), home=home)
        began = time.process_time()
        sessions = learn_lessons(config)
        print(f"{sessions} sessions learned from, {time.process_time() - began:.1f} s of CPU")
        with Store.open(home, readonly=True) as store:
            names = {name for (name,) in store.connection.execute("SELECT name FROM project")}
        wanted = set(filter(None, args.projects.split(","))) or names
        known = [one for one in list_lessons(config, datetime.now(UTC)) if one.scope_of in wanted]
        troubles = [one for one in known if one.kind is LessonKind.MACHINE]
        states = Counter(one.state.value for one in troubles)
        print(f"machine trouble and hooks: {len(troubles)} lessons, {dict(states)}")
        said = [one for one in known if is_quotation(one)]
        offers = list_offers(config, wanted)
        again = sum(one.sessions > 1 for one in said)
        print(f"corrections: {len(said)} sayings, {again} said again, {len(offers)} offered")
        used = Counter(one.kind.value for one in known if one.state is LessonState.ACTIVE)
        print(f"lessons in use: {dict(used)}")
        for one in troubles if args.show else ():
            times = f"{one.observations}/{one.sessions}"
            print(f"{one.state.value} {times} {one.scope_of} {one.category}: {one.description}")
        for rule in offers if args.show else ():
            print(f"offered {rule.sessions} {rule.project}: {rule.words}")
