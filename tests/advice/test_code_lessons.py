"""advice.code_lessons: which patterns a lesson about code is about, and the rules for its projects."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.advice.code_lessons import CodeLesson, draft_code_lessons, find_code_patterns
from twiceshy.advice.fact_rules import CodePattern, FactDraft
from twiceshy.commands.keys.gate_keys import key_of_folder, key_of_pattern
from twiceshy.records.lessons import Lesson, LessonKind, LessonState, MistakePlace
from twiceshy.records.rules import Level, RuleKind

SALT = b"salt"
SQL = CodePattern("sql-built-python", ("python",), 89, "A value is in the statement.", "Bind it.", sure=True)
CALL = CodePattern("sql-call-built", ("python", "go"), 89, "A call has it.", "Bind it.")
HASH = CodePattern("weak-hash", ("python",), 328, "MD5 is broken.", "Use sha256.")
KEY = CodePattern("known-key", ("python",), 798, "A key.", "Read it.", sure=True)
SCRIPT = CodePattern("sql-built-javascript", ("javascript",), 89, "A value.", "Bind it.", sure=True)
PATTERNS = [SQL, CALL, HASH, KEY, SCRIPT]


def lesson(cause: str = "pattern/sql-built-python (CWE-89)", **more: Any) -> Lesson:
    known = {"kind": LessonKind.MISTAKE, "state": LessonState.ACTIVE, "subject": "python", "root_cause": cause}
    return a_lesson(**{**known, **more})


def place(project: str = "shop", session: bytes = b"1", *, corrected: bool = True, day: int = 4) -> MistakePlace:
    folder = f"/home/ann/work/{project}"
    return MistakePlace(b"l", project, folder, session, corrected, datetime(2026, 11, day, tzinfo=UTC))


def drafts(*known: tuple[Lesson, list[MistakePlace]]) -> list[FactDraft]:
    return list(draft_code_lessons([CodeLesson(b"l", one, places) for one, places in known], PATTERNS, SALT))


@pytest.mark.parametrize(
    ("cause", "more", "names"),
    [
        ("pattern/sql-built-python (CWE-89)", {}, ["sql-built-python"]),
        ("pattern/weak-hash (CWE-328)", {}, ["weak-hash"]),
        ("pattern/hard-coded-secret (CWE-798)", {}, ["known-key"]),
        ("ruff/S608 (CWE-89)", {}, ["sql-built-python"]),
        ("taint/python/sql (CWE-89)", {}, []),
        ("taint/sql (CWE-89)", {"subject": "typescript"}, ["sql-built-javascript"]),
        ("ruff/S324 (CWE-328)", {}, []),
        ("ruff/B904", {}, []),
        ("the code raises TypeError when it runs", {}, []),
        ("pattern/sql-built-python (CWE-89)", {"state": LessonState.SHADOW}, []),
        ("pattern/sql-built-python (CWE-89)", {"state": LessonState.MUTED}, []),
        ("pattern/sql-built-python (CWE-89)", {"state": LessonState.PROMOTED}, ["sql-built-python"]),
        ("pattern/sql-built-python (CWE-89)", {"kind": LessonKind.USAGE}, []),
    ],
)
def test_a_lesson_in_use_names_its_pattern(cause: str, more: dict[str, Any], names: list[str]) -> None:
    """By its rule, else by the weakness where a pattern is sure; others have none."""
    assert [one.name for one in find_code_patterns(lesson(cause, **more), PATTERNS)] == names


def test_a_rule_says_how_often_and_when_in_its_project() -> None:
    """It warns in that project's folders, and names its lesson."""
    found = drafts(
        (lesson(confidence=0.8), [place(), place(session=b"2"), place(session=b"2", corrected=False, day=6)])
    )
    (rule,) = found

    assert (rule.kind, rule.level, rule.key, rule.lesson) == (
        RuleKind.LESSON,
        Level.WARN,
        key_of_pattern("sql-built-python"),
        b"l",
    )
    assert rule.condition == f"in:{key_of_folder('work/shop', SALT)[1:].hex()}"
    assert rule.words == (
        "This edit has a mistake that was corrected 2 times in this project (3 in all, 2 sessions, last on 2026-11-06)"
        ": A value is in the statement.\nUsual way: Bind it."
    )
    assert (rule.tried.n, rule.tried.wrong, rule.tried.sessions, rule.sure) == (3, 2, 2, 0.8)


def test_each_project_has_its_own_rule() -> None:
    """With its own counts; a project whose folder nobody knows has none."""
    one, other = drafts((lesson(), [place(), place("api", corrected=False), place("[user:67c2c2]")]))

    assert (one.tried.n, other.tried.n) == (1, 1)
    assert one.condition != other.condition
    assert one.name != other.name
    assert "made 1 time in this project (1 in all, 1 session, last on 2026-11-04)" in other.words


def test_a_persons_words_are_said_where_the_lesson_was_reviewed() -> None:
    """In the place of the rule's own."""
    (rule,) = drafts((lesson(state=LessonState.PROMOTED, description="No values in SQL here."), [place()]))
    assert "No values in SQL here." in rule.words


def test_one_mistake_makes_one_rule() -> None:
    """Several scanners saw it: the lesson with the most cases speaks, and the sure pattern."""
    few, many = [place()], [place(), place(session=b"2")]
    (rule,) = drafts(
        (lesson(), few), (lesson("ruff/S608 (CWE-89)"), many), (lesson("pattern/sql-call-built (CWE-89)"), many)
    )
    assert (rule.key, rule.tried.n) == (key_of_pattern("sql-built-python"), 2)


def test_a_pattern_that_is_not_sure_speaks_where_it_was_corrected() -> None:
    """Nobody may mind it elsewhere."""
    weak = lesson("pattern/weak-hash (CWE-328)")
    (rule,) = drafts((weak, [place(), place("api", corrected=False)]))
    assert rule.condition == f"in:{key_of_folder('work/shop', SALT)[1:].hex()}"
