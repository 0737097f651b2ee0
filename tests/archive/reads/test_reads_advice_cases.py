"""archive.reads.advice_cases on one fixed store: every figure of a randomised trial is read from here.

The whole answer stands here, so that a turned outcome, a lost arm or another side of the draw fails at once.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.reads.rules import BriefCounts, count_briefs, read_advice_cases, read_drawn_cases, read_sessions
from twiceshy.records.effects import AdviceCase, SessionRow
from twiceshy.records.trial_effects import DrawnCase

_AT = 1_793_527_200.0  # 2026-11-01T10:00:00Z, in seconds
_LESSON, _KEY = b"L" * 8, b"K" * 8
_COLUMNS = ["category", "level", "shown", "overridden", "placebo", "held_chance", "placebo_chance", "outcome", "again"]
CASES = [
    ("head", "warn", 1, 0, 0, 0.2, 0.0, "failed", 1),
    ("head", "warn", 0, 0, 0, 0.2, 0.0, "fine", 0),
    ("head", "block", 1, 0, 0, 0.0, 0.0, "corrected", None),
    ("head", "warn", 1, 0, 0, 0.2, 0.0, "taken-back", None),
    ("head", "warn", 1, 0, 0, 0.2, 0.0, "not-made", 0),
    ("head", "warn", 0, 0, 0, 0.2, 0.0, None, None),
    ("head", "warn", 0, 0, 1, 0.2, 0.3, "failed", 1),
    ("head", "warn", 1, 1, 0, 0.2, 0.0, "failed", 1),
    ("head", "inform", 1, 0, 0, 0.2, 0.0, "failed", 1),
    ("head", "warn", 1, 0, 0, None, None, "fine", None),
    ("brief", "inform", 1, 0, 0, None, None, None, None),
    ("", "warn", 1, 0, 0, 0.2, 0.0, "failed", 1),
    ("told", "inform", 1, 0, 0, None, None, "failed", None),
    ("told", "inform", 1, 0, 0, None, None, "not-made", None),
    ("told", "inform", 1, 0, 0, None, None, "fine", None),
    ("told", "inform", 1, 0, 0, None, None, None, None),
    ("told", "inform", 0, 0, 0, None, None, "failed", None),
]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with Store.open(tmp_path) as store, store.begin_writing() as opened:
        opened.execute("INSERT INTO project (id, identity, name) VALUES (1, 'remote:a.test/o/shop', 'shop')")
        for number, case in enumerate(CASES):
            named = dict(zip(_COLUMNS, case, strict=True)) | {
                "uid": bytes([number]) * 16,
                "rule": _KEY if case[0] == "told" else b"R" * 8,
                "session": bytes([number % 2]) * 16,
                "agent": "a",
                "event": "PreToolUse",
                "at": f"2026-11-01T10:00:{number:02}Z",
            }
            marks = ", ".join("?" * len(named))
            opened.execute(f"INSERT INTO advice ({', '.join(named)}) VALUES ({marks})", tuple(named.values()))
        yield opened


def test_each_draw_comes_with_its_arm_and_its_outcome(connection: sqlite3.Connection) -> None:
    """What failed, was corrected or taken back is bad; what is not known is not known; overridden ones are left out."""
    found = list(read_drawn_cases(connection))

    def drawn(number: int, **more: object) -> DrawnCase:
        plain = {"rule": "52" * 8, "session": bytes([number % 2]) * 16, "placebo": False, "held_chance": 0.2}
        return DrawnCase(**plain | {"placebo_chance": 0.0, "at": _AT + number} | more)  # type: ignore[arg-type]

    assert found == [
        drawn(0, shown=True, failed=True, again=True),
        drawn(1, shown=False, failed=False, again=False),
        drawn(2, shown=True, failed=True, again=None, held_chance=0.0),
        drawn(3, shown=True, failed=True, again=None),
        drawn(4, shown=True, failed=False, again=False),
        drawn(5, shown=False, failed=None, again=None),
        drawn(6, shown=False, failed=True, again=True, placebo=True, placebo_chance=0.3),
        drawn(11, shown=True, failed=True, again=True),
    ]


def test_each_match_is_on_its_side_with_its_outcome(connection: sqlite3.Connection) -> None:
    """Briefs as a whole, what nobody knows, overridden ones and placebos are on none."""
    found = list(read_advice_cases(connection))

    def case(number: int, *, shown: bool, bad: bool | None, told: bool = False) -> AdviceCase:
        return AdviceCase(
            rule=f"l-{_KEY.hex()}" if told else "w-" + "52" * 8,
            category="told" if told else "head",
            session=bytes([number % 2]) * 16,
            shown=shown,
            bad=bad,
            at=_AT + number,
        )

    assert found == [
        case(0, shown=True, bad=True),
        case(1, shown=False, bad=False),
        case(2, shown=True, bad=True),
        case(3, shown=True, bad=True),
        case(4, shown=True, bad=False),
        case(5, shown=False, bad=None),
        case(8, shown=True, bad=True),
        case(9, shown=True, bad=False),
        case(12, shown=True, bad=True, told=True),
        case(13, shown=True, bad=False, told=True),
        case(14, shown=True, bad=False, told=True),
        case(15, shown=True, bad=None, told=True),
        case(16, shown=False, bad=True, told=True),
    ]


def test_briefs_of_a_lesson_are_counted_by_what_became_of_it(connection: sqlite3.Connection) -> None:
    """Given, held back, known, made again, no occasion."""
    connection.execute("PRAGMA defer_foreign_keys = ON")
    connection.execute(
        """INSERT INTO lesson (id, slug, kind, subject, category, severity, description, root_cause, trigger, steps,
          contexts, scope, scope_of, actor, quoted, observations, sessions, projects, warnings, successes, failures,
          state, imported) VALUES (?, 's', 'usage', 'x', 'c', 'minor', 'd', '', '{}', '[]', '[]', 'project', 'shop', '',
          0, 1, 1, 1, 0, 0, 0, 'active', 0)""",
        (_LESSON,),
    )
    connection.execute("INSERT INTO lesson_key (key, lesson) VALUES (?, ?)", (_KEY, _LESSON))

    assert count_briefs(connection, _LESSON) == BriefCounts(times=4, held_back=1, known=3, again=1, no_occasion=1)


def test_a_session_says_whether_it_was_drawn_and_how_it_went(connection: sqlite3.Connection) -> None:
    """One with a brief, one held back from it, and one in which nothing was drawn; imitated sessions are left out."""
    for number, real in ((0, 1), (1, 1), (2, 1), (3, 0)):
        connection.execute(
            "INSERT INTO session (uid, agent, native_id, project_id, real) VALUES (?, 'a', ?, 1, ?)",
            (bytes([number]) * 16, str(number), real),
        )
        connection.execute(
            """INSERT INTO session_executions (session_id, corrections_needed, timestamp, tasks, first_pass_tasks,
              regeneration_cycles, user_engagement_rate, tool_call_count, files_modified, user_message_count,
              last_modified, corrections)
            VALUES ((SELECT id FROM session WHERE uid = ?), ?, ?, 4, 3, 2, .5, 1, 1, 1, '', 0)""",
            (bytes([number]) * 16, None if number == 2 else number, f"2026-11-01T10:00:0{number}Z"),
        )
    connection.execute("UPDATE advice SET shown = 0 WHERE category = 'brief'")
    found = read_sessions(connection)

    def row(number: int, *, drawn: bool | None, advised: bool, corrected: bool | None) -> SessionRow:
        return SessionRow(
            project="shop",
            at=_AT + number,
            drawn=drawn,
            advised=advised,
            tasks=4,
            first_pass=3,
            corrected=corrected,
            cycles=2,
            engagement=0.5,
        )

    assert found == [
        row(0, drawn=False, advised=True, corrected=False),
        row(1, drawn=None, advised=True, corrected=True),
        row(2, drawn=None, advised=False, corrected=None),
    ]
