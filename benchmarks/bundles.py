"""Does a bundle of one half of the projects help in the other half, and can a hostile one do harm?

``python -m benchmarks bundles HOME [--made django,cli] [--used sphinx,xarray]``: HOME is a data folder that was judged
and learned from; it is copied and not touched. *Helps*: lessons that the projects of ``--made`` proved go into a
bundle; then the sessions of the projects of ``--used`` are gone through in order of time. Each session that makes a
mistake again that an earlier one made is asked whether its lesson was in use by then, with the bundle and without.
*Harm*: a bundle that names every lesson is added, and the replay says what warnings would have been said, before and
after. Then files that are no bundle, or were changed in one byte, are offered: all must be refused.
"""

import argparse
import json
import shutil
import sqlite3
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.advice.recipes.rule_compilation import replay_rules
from twiceshy.archive.db import Store
from twiceshy.archive.lesson_rows import id_of
from twiceshy.archive.reads.lesson_cases import count_sessions, read_messages
from twiceshy.archive.reads.lessons import read_lessons
from twiceshy.base.config import Config, load
from twiceshy.base.errors import TwiceshyError
from twiceshy.base.values import Scrubbed
from twiceshy.lessons.confidence import Hearsay, settle_state
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.lessons.recurring_words import choose_words
from twiceshy.records.bundles import Bundle
from twiceshy.records.lessons import LastWork, Lesson, LessonState, SaidMessage
from twiceshy.stats.intervals import wilson
from twiceshy_data.contribute.bundles import add_bundle, read_bundle
from twiceshy_data.contribute.ssh_signatures import sign_bytes
from twiceshy_data.dataset.bundle_file import encode_bundle

MADE = "django,cli,agents-md-evaluator,scikit-learn,agentv,requests,astropy,3"
USED = "sphinx,git-sync,xarray,sympy,matplotlib,gitsync,skills,1"
CHANGED = 200
"""Files with one byte changed that are offered (guess, 2026-11-23)."""


class Case(NamedTuple):
    """A lesson's mistakes in one session."""

    project: str
    lesson: bytes
    session: bytes
    messages: tuple[str, ...]
    """What each said."""


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="bundles", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--made", default=MADE)
    parser.add_argument("--used", default=USED)
    args = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        shutil.copytree(args.home, home)
        config = load({"home": str(home)}, {}, Path(folder))
        learn_lessons(config)  # by the rules of today, so that only the bundle differs
        measure_help(config, set(args.made.split(",")), set(args.used.split(",")))
        measure_harm(config, Path(folder))


def measure_help(config: Config, made: set[str], used: set[str]) -> None:
    with Store.open(config.home, readonly=True) as store:
        cases = list(read_cases(store.connection))
        lessons = {id_of(one): one for one in read_lessons(store.connection)}
        worded = frozenset(one.lesson for one in read_messages(store.connection))
        known = KnownLessons(lessons, worded, count_sessions(store.connection))
    proved = set(find_in_use([one for one in cases if one.project in made], known))
    ways: tuple[tuple[str, Callable[[Case], str]], ...] = (
        ("each project alone", lambda one: one.project),
        ("all as one person's", lambda _: ""),
    )
    for name, key in ways:
        repeats = with_it = without = 0
        for again, before in go_through([one for one in cases if one.project in used], key):
            plain = is_in_use(known, before, Hearsay())
            repeats += 1
            without += plain
            with_it += plain or is_in_use(known, before, Hearsay(endorsed=again.lesson in proved))
        print(
            f"{name}: {repeats} repeats; lesson in use by then: {without} without the bundle, {with_it} with it "
            f"({with_it / repeats:.2f}; {wilson(with_it, repeats).low:.2f}-{wilson(with_it, repeats).high:.2f})"
        )
    print(f"the bundle names {len(proved)} lessons")


def read_cases(connection: sqlite3.Connection) -> Iterator[Case]:
    """Yield the cases in order of time."""
    yield from (
        Case(project.rsplit("/", 1)[-1], lesson, session, tuple(json.loads(messages)))
        for project, lesson, session, messages in connection.execute(
            """SELECT o.project_path, k.lesson, o.session, json_group_array(o.error_message) FROM mistake_occurrences o
            JOIN lesson_key k ON k.key = o.key JOIN session s ON s.uid = o.session
            GROUP BY 1, 2, 3 ORDER BY coalesce(s.first_at, s.last_at), o.session"""
        )
    )


def go_through(cases: Sequence[Case], key: Callable[[Case], str]) -> Iterator[tuple[Case, list[Case]]]:
    """Yield each case that comes again, with those before it in the same place."""
    before: dict[tuple[str, bytes], list[Case]] = defaultdict(list)
    for one in cases:
        known = before[key(one), one.lesson]
        if known:
            yield one, list(known)
        known.append(one)


class KnownLessons(NamedTuple):
    """All lessons, and what their words depend on."""

    by_id: Mapping[bytes, Lesson]
    worded: frozenset[bytes]
    """Those whose words are chosen by what their occurrences said."""
    sessions_of: Mapping[str, int]


def find_in_use(cases: Sequence[Case], known: KnownLessons) -> Iterator[bytes]:
    """Yield the lessons that these cases alone would bring into use."""
    by_lesson: dict[bytes, list[Case]] = defaultdict(list)
    for one in cases:
        by_lesson[one.lesson].append(one)
    for uid, own in by_lesson.items():
        if is_in_use(known, own, Hearsay()):
            yield uid


def is_in_use(known: KnownLessons, cases: Sequence[Case], told: Hearsay) -> bool:
    """Tell whether the lesson of these cases, with no other, would be in use: by its words and by its counts."""
    lesson = known.by_id[cases[0].lesson]
    quoted = lesson.quoted
    if cases[0].lesson in known.worded:
        quoted = choose_words(lesson, list_said(cases), known.sessions_of).quoted
    seen = replace(
        lesson,
        quoted=quoted,
        state=LessonState.SHADOW,
        observations=sum(len(one.messages) for one in cases),
        sessions=len({one.session for one in cases}),
        last_seen=None,
        successes=0,
        failures=0,
    )
    return settle_state(seen, LastWork(now=datetime.now(UTC)), told) is LessonState.ACTIVE


def list_said(cases: Sequence[Case]) -> Iterator[SaidMessage]:
    """Yield the messages of cases, each once a project."""
    times = Counter((one.project, text) for one in cases for text in one.messages)
    sessions = Counter((one.project, text) for one in cases for text in set(one.messages))
    for (project, text), count in times.items():
        yield SaidMessage(cases[0].lesson, project, Scrubbed(text), count, sessions[project, text])


def measure_harm(config: Config, folder: Path) -> None:
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    with Store.open(config.home, readonly=True) as store:
        every = frozenset(bytes(one) for (one,) in store.connection.execute("SELECT key FROM lesson_key"))
    payload = encode_bundle(Bundle(name="all", made="2026-W47", lessons=every, patterns=frozenset()))
    whole = payload + sign_bytes(payload, key)
    path = folder / "all.bundle"
    path.write_bytes(whole)
    before = replay_rules(config)
    kept = add_bundle(config, read_bundle(path), datetime.now(UTC))
    after = replay_rules(config)
    for name, found in (("without", before), ("with a bundle that names every lesson", after)):
        print(f"{name}: {found.warnings} warnings in replay, {found.warnings - found.right} wrong")
    print(f"lessons in use by that bundle: {kept.early}")
    random = Random(1)
    taken = 0
    for _ in range(CHANGED):
        place = random.randrange(len(whole))
        path.write_bytes(whole[:place] + bytes([whole[place] ^ random.randrange(1, 256)]) + whole[place + 1 :])
        taken += is_taken(path)
    print(f"files with one byte changed that were taken: {taken} of {CHANGED}")


def is_taken(path: Path) -> bool:
    try:
        read_bundle(path)
    except TwiceshyError:
        return False
    return True
