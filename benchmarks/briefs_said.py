"""What would briefs have said at first prompts of recorded sessions, and was it of use? Nothing later is looked at.

``python -m benchmarks briefs_said HOME [--projects a,b] [--n 30] [--seed 1] [--show]``: HOME is a data folder into
which logs were read, and that was judged and learned from. It draws first prompts of sessions of projects with at least
five earlier ones, evenly over projects; facts, troubles and lessons come from sessions that had ended before. Of each
line a machine says what it can: ``used`` (a command that it names was run), ``typed`` (what it forbids was done),
``again`` (the failure came again), ``edited`` (a file that it names was), ``against`` (what it says is not there
worked). ``--show`` prints the briefs beside what the session did, to be read by eye. Without HOME only the answers in
``labels/briefs_said.tsv`` are counted.

``--repeats`` asks all such sessions instead: how many made a mistake again that five earlier sessions had made, and in
how many of them the brief had named it (``advice.brief_troubles.list_names``).

What is left out: likely files, as they need the repository (``benchmarks predict``); and a lesson's words are today's.
"""

import argparse
import csv
import os
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.advice.brief_troubles import list_names
from twiceshy.advice.brief_words import choose_standing, write_brief
from twiceshy.advice.recipes.briefing import brief_project, choose_unasked
from twiceshy.advice.recipes.kept_project_facts import find_kept
from twiceshy.archive import lesson_rows
from twiceshy.archive.db import Store
from twiceshy.archive.observations import read_observations
from twiceshy.archive.reads.lessons import read_lessons
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope
from twiceshy.commands.calls.call_kinds import is_look
from twiceshy.commands.calls.call_status import never_began
from twiceshy.judgement.outcomes.judged_work import JudgedWork
from twiceshy.judgement.recipes.stored_judgements import read_judgements
from twiceshy.lessons.confidence import confidence_at, evolve_lesson, settle_state
from twiceshy.lessons.recipes.nearest_lessons import find_nearest
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.insights import InsightKind
from twiceshy.records.lessons import Brief, LastWork, Lesson, LessonState, SpentBudget

if TYPE_CHECKING:
    from twiceshy.records.effects import Observation

LABELS = Path(__file__).parent / "labels" / "briefs_said.tsv"
LEAST_EARLIER = 5
FIRST_PROMPTS = """SELECT s.uid, p.text, p.body FROM prompt p JOIN session s ON s.id = p.session_id
WHERE p.agent_run IS NULL AND p.kind IN ('typed', 'sdk', 'command', 'plan', 'queued') ORDER BY p.rank DESC"""
"""Session, beginning and body: the first prompt of a session comes last."""
QUOTED = re.compile(r"`([^`]+)`")
OWN_TOOLS = frozenset({"read", "search", "edit", "write", "plan", "ask", "web", "prompt"})
SHOWN = (LessonState.ACTIVE, LessonState.PROMOTED)


class Said(NamedTuple):
    """One session with the brief that it would have had."""

    session: SessionAttempts
    prompt: str
    briefs: tuple[Brief, Brief]
    """At the start of the session, and of the prompt."""
    earlier: int


class Archive:
    """What is read once: every session's attempts, and what judging and learning found."""

    def __init__(self, config: Config) -> None:
        self.config = config
        with Store.open(config.home, readonly=True) as store:
            sessions = [one for one in read_attempts(store.connection, Scope()) if one.first_at and one.last_at]
            self.judged: JudgedWork = read_judgements(store, Scope())
            self.seen: list[Observation] = list(read_observations(store, Scope()))
            self.lessons: list[Lesson] = read_lessons(store.connection)
            self.occurrences = _read_occurrences(store.connection)
            self.prompts: dict[bytes, str] = {uid: text for uid, text, _ in store.connection.execute(FIRST_PROMPTS)}
        self.projects: dict[str, list[SessionAttempts]] = defaultdict(list)
        for one in sorted(sessions, key=lambda one: one.first_at or 0.0):
            self.projects[one.project].append(one)

    def list_earlier(self, session: SessionAttempts) -> list[SessionAttempts]:
        """Sessions of the project that had ended before this one began."""
        begin = session.first_at or 0.0
        return [one for one in self.projects[session.project] if (one.last_at or 0.0) < begin]

    def list_lessons(self, at: float) -> list[Lesson]:
        """Lessons as they stood then: what was seen later counts for nothing."""
        work = LastWork(now=datetime.fromtimestamp(at, UTC))
        found = []
        for lesson in self.lessons:
            mine = [one for one in self.occurrences.get(lesson_rows.id_of(lesson), ()) if one[1] < at]
            if mine:
                then = replace(
                    lesson,
                    observations=len(mine),
                    sessions=len({session for session, _ in mine}),
                    first_seen=datetime.fromtimestamp(min(seen for _, seen in mine), UTC),
                    last_seen=datetime.fromtimestamp(max(seen for _, seen in mine), UTC),
                    state=LessonState.SHADOW,
                )
                state = settle_state(then, work)
                found.append(evolve_lesson(replace(then, state=state, confidence=confidence_at(then, work))))
        return found

    def compose(self, session: SessionAttempts) -> Said:
        """The brief at the session's first prompt."""
        at = session.first_at or 0.0
        earlier = self.list_earlier(session)
        ended = {one.session for one in earlier}
        judged = JudgedWork(
            results={uid: one for uid, one in self.judged.results.items() if uid in ended},
            fates={uid: one for uid, one in self.judged.fates.items() if uid in ended},
            words=self.judged.words,
        )
        known = find_kept(earlier, judged, [one for one in self.seen if one.session in ended])[0]
        prompt = self.prompts.get(session.session, "")
        lessons = {one.id: one for one in self.list_lessons(at) if one.state in SHOWN}
        standing = choose_standing(lessons.values(), frozenset(), session.project_name)
        found = find_nearest(
            self.config, prompt, project=session.project_name, k=10, now=datetime.fromtimestamp(at, UTC)
        )
        near = [
            replace(one, lesson=lessons[one.lesson.id]) for one in choose_unasked(found) if one.lesson.id in lessons
        ]
        told = {one.id for one in standing}
        start = brief_project(known, standing)
        taken = SpentBudget(len(start.words.encode()), tuple(told))
        task = write_brief([one for one in near if one.lesson.id not in told], by=found.by, taken=taken)
        return Said(session, prompt, (start, task), len(earlier))


def _read_occurrences(connection: sqlite3.Connection) -> dict[bytes, list[tuple[bytes, float]]]:
    """Session and time of each occurrence, by lesson."""
    found: dict[bytes, list[tuple[bytes, float]]] = defaultdict(list)
    for lesson, session, at in connection.execute(
        """SELECT p.vector_db_id, o.session, o.timestamp FROM mistake_occurrences o
        JOIN mistake_patterns p ON p.id = o.pattern_id WHERE o.timestamp IS NOT NULL"""
    ):
        found[lesson].append((session, datetime.fromisoformat(at).timestamp()))
    return found


def draw(archive: Archive, wanted: Sequence[str], n: int, seed: int) -> list[SessionAttempts]:
    """Sessions with enough earlier ones, in turn from each project."""
    rng = Random(seed)
    pools = []
    for sessions in archive.projects.values():
        if wanted and sessions[0].project_name not in wanted:
            continue
        pool = [one for one in sessions[LEAST_EARLIER:] if len(archive.list_earlier(one)) >= LEAST_EARLIER]
        rng.shuffle(pool)
        pools.append(pool)
    found: list[SessionAttempts] = []
    while len(found) < n and any(pools):
        for pool in pools:
            if pool and len(found) < n:
                found.append(pool.pop())
    return found


def list_lines(said: Said) -> list[str]:
    """The briefs' lines without their openings; an example stands with its lesson."""
    lines: list[str] = []
    for line in [line for brief in said.briefs for line in brief.words.split("\n")[1:]]:
        if line.startswith("  ") and lines:
            lines[-1] += f"\n{line}"
        else:
            lines.append(line)
    return lines


def mark_line(line: str, said: Said) -> str:
    """What a machine can say of a line; empty where it is nothing."""
    calls = [one for one in said.session.attempts if one.action != "prompt"]
    start, task = said.briefs
    trouble = next((one for one in start.troubles if one.says == line), None)
    lessons = [one.lesson for one in (*start.lessons, *task.lessons)]
    lesson = next((one for one in lessons if one.description[:40] in line), None)
    if trouble is not None:
        again = any(one.fingerprint in trouble.fingerprints for one in calls if one.fingerprint)
        if trouble.kind is InsightKind.MISSING_PROGRAM:
            mine = [one for one in calls if _types(one, trouble.programs[0])]
            worked = [one for one in mine if one.end is AttemptEnd.WORKED]
            return "against" if worked else "typed" if mine else ""
        return "again" if again else "used" if any(one.head in trouble.programs for one in calls) else ""
    if lesson is not None:
        return ""
    names = [name.removesuffix(" PATH").removeprefix("./") for name in QUOTED.findall(line)]
    if any(name in one.command for one in calls for name in names):
        return "used"
    return "edited" if any(one.path in names for one in calls) else ""


def _types(call: CallAttempt, name: str) -> bool:
    """Whether a call types a program."""
    return re.search(rf"(?:^|[;&|(]\s*){re.escape(name)}(?:\s|$)", call.command) is not None


def name_line(said: Said, line: str) -> str:
    """By what a line is known in the labels, without a word of it."""
    return f"{said.session.session.hex()[:10]}-{sha256(line.encode()).hexdigest()[:8]}"


def show(said: Said) -> Iterator[str]:
    """A brief beside what its session did."""
    calls = [one for one in said.session.attempts if one.action != "prompt"]
    failed = Counter((one.head or one.tool, one.message[:80]) for one in calls if one.end is AttemptEnd.FAILED)
    runs = Counter(one.head for one in calls if one.action == "run")
    yield f"\n=== {said.session.project_name} ({said.earlier} earlier) {said.session.session.hex()[:10]}"
    yield f"  prompt: {' '.join(said.prompt.split())[:240]}"
    yield f"  {len(calls)} calls: {', '.join(f'{head} {n}' for head, n in runs.most_common(9))}"
    yield from (f"  failed {n}: {head}: {message}" for (head, message), n in failed.most_common(6))
    for line in list_lines(said):
        yield f"  [{mark_line(line, said) or '-':7}] {name_line(said, line)} | {line}"


def list_repeats(session: SessionAttempts, earlier: Sequence[SessionAttempts]) -> dict[bytes, CallAttempt]:
    """Mistakes of a session that five earlier ones had made, by fingerprint.

    What the agent's own tools say of a file, and what a check or a look finds, are none; nor are scripts of its own.
    """
    seen: dict[bytes, set[bytes]] = defaultdict(set)
    for one in earlier:
        for call in filter(_is_mistake, one.attempts):
            seen[call.fingerprint].add(one.session)
    return {
        call.fingerprint: call
        for call in filter(_is_mistake, session.attempts)
        if len(seen[call.fingerprint]) >= LEAST_EARLIER
    }


def _is_mistake(call: CallAttempt) -> bool:
    """Whether a failure is one of how something is called."""
    failed = call.end is AttemptEnd.FAILED and bool(call.fingerprint) and call.action not in OWN_TOOLS
    return failed and "<script>" not in call.head and not (call.checks and not never_began(call)) and not is_look(call)


def _print_repeats(archive: Archive, wanted: Sequence[str]) -> None:
    """How many sessions repeat a mistake of five earlier ones, and how many of these were told."""
    repeats: Counter[str] = Counter()
    named: Counter[str] = Counter()
    sessions = told = 0
    for one in draw(archive, wanted, 1_000_000, 1):
        made = list_repeats(one, archive.list_earlier(one))
        if not made:
            continue
        names = [list_names(brief) for brief in archive.compose(one).briefs]
        missed = [call for key, call in made.items() if not any(key in some.fingerprints for some in names)]
        sessions += 1
        told += len(missed) < len(made)
        for call in made.values():
            about = f"{one.project_name}: {call.head or call.tool}: {call.message[:70]}"
            repeats[about] += 1
            named[about] += call not in missed
    print(f"{sessions} sessions repeat a mistake that five earlier ones made; {told} of them had it in the brief")
    for about, n in repeats.most_common(12):
        print(f"  {named[about]} of {n}  {about}")


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", nargs="?", type=Path)
    parser.add_argument("--projects", default="")
    parser.add_argument("--n", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", action="store_true")
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args(argv)
    if args.home:
        archive = Archive(load({"home": str(args.home)}, os.environ, args.home))
        wanted = [name for name in args.projects.split(",") if name]
        if args.repeats:
            _print_repeats(archive, wanted)
            return
        every = [archive.compose(one) for one in draw(archive, wanted, args.n, args.seed)]
        for said in every if args.show else ():
            print("\n".join(show(said)))
        _print_marks(every)
    _print_labels()


def _print_marks(every: Sequence[Said]) -> None:
    """How many lines a machine found to be of use."""
    marks = Counter(mark_line(line, said) or "nothing seen" for said in every for line in list_lines(said))
    silent = sum(not list_lines(said) for said in every)
    print(f"\n{len(every)} first prompts, {silent} without a brief, {sum(marks.values())} lines: {dict(marks)}")


def _print_labels() -> None:
    """The shares of the answers by eye."""
    if not LABELS.exists():
        return
    with LABELS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))
    for half in dict.fromkeys(row["half"] for row in rows):
        mine = [row for row in rows if row["half"] == half]
        briefs = {row["line"].partition("-")[0] for row in mine}
        wrong = {row["line"].partition("-")[0] for row in mine if row["wrong"] == "1"}
        useful = sum(row["useful"] == "1" for row in mine)
        print(f"{half}: {useful} of {len(mine)} lines useful, {len(wrong)} of {len(briefs)} briefs with a wrong line")


if __name__ == "__main__":
    main([])
