"""lesson_rows: occurrences are the truth, and every count is made of them; a person's decisions outlive both."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from tests.lessons.builders import SEEN, a_lesson

from twiceshy.archive import lesson_rows
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads import lessons
from twiceshy.base.values import Scrubbed
from twiceshy.records.ids import IdPrefix
from twiceshy.records.lessons import Lesson, LessonKind, LessonOccurrence, LessonState, Occurrence, Trigger

FIRST, SECOND = b"first session 16", b"second session16"
AWAIT = bytes.fromhex("00000000000000aa")
OTHER = bytes.fromhex("00000000000000bb")


def other_lesson(**more: Any) -> Lesson:
    values: dict[str, Any] = {"id": "l-00000000000000bb", "slug": "bash_path_00000000", "subject": "bash"}
    return a_lesson(**values | {"kind": LessonKind.USAGE} | more)


def seen(session: bytes = FIRST, day: int = 0, *, lesson: Lesson | None = None, **more: Any) -> LessonOccurrence:
    """An occurrence on a day after the first; another day is another event."""
    one = lesson or a_lesson()
    fixed = more.pop("fixed", False)
    values: dict[str, Any] = {
        "session": session,
        "event": bytes([day]) * 16,
        "at": SEEN + timedelta(days=day),
        "project": "web-shop",
        "file": Scrubbed("src/shop.py"),
        "model": "model-x",
        "agent": "claude-code",
        "message": Scrubbed("never awaited"),
    }
    return LessonOccurrence(lesson_rows.id_of(one), one, Occurrence(**values | more), fixed)


def put(store: Store, *kept: LessonOccurrence, aliases: Mapping[bytes, bytes] | None = None) -> None:
    """Store what each session has, as learning does."""
    with store.begin_writing() as connection:
        lesson_rows.put(connection, sorted({one.occurrence.session for one in kept}), kept, aliases or {})


def only(store: Store) -> Lesson:
    (lesson,) = lessons.read_lessons(store.connection)
    return lesson


def test_every_count_is_of_the_occurrences(store: Store) -> None:
    """Whatever the lesson that came with them says."""
    put(
        store,
        seen(lesson=a_lesson(observations=99)),
        seen(day=1, model="model-y", agent="codex"),
        seen(SECOND, day=3, project="api"),
    )

    found = only(store)
    assert (found.observations, found.sessions, found.projects) == (3, 2, 2)
    assert (found.first_seen, found.last_seen) == (SEEN, SEEN + timedelta(days=3))
    assert (found.models, found.agents) == ({"model-x": 2, "model-y": 1}, {"claude-code": 2, "codex": 1})
    assert (found.scope, found.scope_of) == ("user", "")


def test_learning_twice_changes_nothing(store: Store) -> None:
    """A session's occurrences replace those that it had; a lesson with none left goes."""
    put(store, seen(), seen(SECOND))
    before = only(store)
    put(store, seen(), seen(SECOND))
    assert only(store) == before

    with store.begin_writing() as connection:
        lesson_rows.put(connection, [FIRST], [], {})
    left = only(store)
    assert (left.observations, left.sessions, left.scope, left.scope_of) == (1, 1, "project", "web-shop")

    with store.begin_writing() as connection:
        lesson_rows.put(connection, [SECOND], [], {})
    assert lessons.read_lessons(store.connection) == []
    assert lessons.read_keys(store.connection) == {}


def test_a_lesson_s_example_is_the_shortest_that_was_fixed(store: Store) -> None:
    """One with code and what made it pass goes before one that is only shorter."""
    put(
        store,
        seen(day=0, code=Scrubbed("short()")),
        seen(day=1, code=Scrubbed("a longer one()"), fix=Scrubbed("await a longer one()"), fixed=True),
        seen(day=2, code=Scrubbed("go()"), fix=Scrubbed("await go()"), fixed=True),
        seen(day=3, code=Scrubbed("a()"), fix=Scrubbed("b()")),
    )

    assert (only(store).bad, only(store).good) == ("go()", "await go()")


def test_a_lesson_names_the_kinds_of_files_that_it_was_seen_in(store: Store) -> None:
    """The most frequent first, five of them; a file without an ending says nothing."""
    names = ["a.py", "b/a.py", "c.ts", "Makefile", "d.js", "e.go", "f.rs", "g.x.rb", None]
    put(store, *(seen(day=day, file=name and Scrubbed(name)) for day, name in enumerate(names)))

    assert only(store).contexts == (".py", ".go", ".js", ".rb", ".rs")


def test_a_key_that_means_another_lesson_counts_for_it(store: Store) -> None:
    """An alias of a lesson that is not stored is none."""
    put(store, seen())
    put(store, seen(SECOND, lesson=other_lesson()), aliases={OTHER: AWAIT})
    assert (only(store).id, only(store).observations) == ("l-00000000000000aa", 2)
    assert lessons.read_keys(store.connection) == {AWAIT: AWAIT, OTHER: AWAIT}

    third = a_lesson(id="l-00000000000000cc", slug="third")
    put(store, seen(b"third session 16", lesson=third), aliases={b"\0" * 7 + b"\xcc": b"nothing."})
    assert [one.slug for one in lessons.read_lessons(store.connection)] == ["python_async_00000000", "third"]


def test_a_program_s_failure_that_was_fixed_later_is_noted_once(store: Store) -> None:
    """An agent's own occurrence stays as it was first told."""
    for agent, day in (("program", 0), ("codex", 1)):
        with store.begin_writing() as connection:
            lesson_rows.put(connection, [], [seen(day=day, agent=agent)], {})
            lesson_rows.put(connection, [], [seen(day=day, agent=agent, cost_s=4.0, fix=Scrubbed("x"), fixed=True)], {})

    assert lessons.read_costs(store.connection) == {AWAIT: [4.0]}
    assert lessons.read_fixes(store.connection, AWAIT, 9) == [("x", 1, 1)]
    assert only(store).observations == 2


def test_occurrences_are_read_newest_first(store: Store) -> None:
    """With the model that made the mistake."""
    kept = [seen(day=day, model=f"model-{day}", code=Scrubbed("go()"), cost_s=2.0) for day in range(3)]
    put(store, *kept)

    found = list(lessons.read_occurrences(store.connection, AWAIT, 2))

    assert found == [kept[2].occurrence, kept[1].occurrence]


def test_fixes_are_read_best_first(store: Store) -> None:
    """Those that made the mistake go, most often; of equal ones that which was tried less often."""
    fixes = [("a", False), ("b", True), ("c", True), ("c", True), ("d", True), ("d", False)]
    put(store, *(seen(day=day, fix=Scrubbed(fix), fixed=fixed) for day, (fix, fixed) in enumerate(fixes)))

    assert lessons.read_fixes(store.connection, AWAIT, 9) == [("c", 2, 2), ("b", 1, 1), ("d", 2, 1), ("a", 1, 0)]
    assert len(lessons.read_fixes(store.connection, AWAIT, 3)) == 3


def test_lessons_are_found_by_id_name_and_subject(store: Store) -> None:
    """Most often seen first; by subject only lessons on how a tool is called."""
    put(store, seen(), seen(day=1), seen(SECOND, lesson=other_lesson()))
    connection = store.connection
    mistake, usage = lessons.read_lessons(connection)

    assert (mistake.observations, usage.observations) == (2, 1)
    assert lessons.read_by_key(connection, [OTHER, b"nothing."]) == {OTHER: usage}
    assert lessons.find_by_prefix(connection, IdPrefix("l", "00000000000000a"), 9) == [mistake]
    assert len(lessons.find_by_prefix(connection, IdPrefix("l", "0"), 1)) == 1
    assert lessons.find_by_slug(connection, usage.slug) == usage
    assert lessons.find_by_slug(connection, "no such name") is None
    assert lessons.find_by_subject(connection, ["bash", "python"]) == [usage]


def test_lessons_apply_where_they_were_learned(store: Store) -> None:
    """One of a single project is not for another; nothing asked for is anything."""
    put(store, seen(), seen(SECOND, project="api", lesson=other_lesson()))
    shadow, active = [LessonState.SHADOW], [LessonState.ACTIVE]
    connection = store.connection

    assert lessons.has_any(connection, shadow, "web-shop", "python")
    assert lessons.has_any(connection, shadow, "", "")
    assert not lessons.has_any(connection, active, "", "")
    assert not lessons.has_any(connection, shadow, "api", "python")
    assert not lessons.has_any(connection, shadow, "web-shop", "go")
    assert [row[0] for row in lessons.read_words(connection, shadow, "api", "")] == [OTHER]
    assert [row[0] for row in lessons.read_words(connection, shadow, "", "")] == [AWAIT, OTHER]


def test_what_a_person_decided_takes_the_place_of_what_was_learned(store: Store) -> None:
    """A decision that is not given again stays; taken back, the edited words stay."""
    put(store, seen(lesson=a_lesson(quoted=True)))
    assert only(store).quoted
    assert lessons.read_last_review(store.connection) is None
    with store.begin_writing() as connection:
        lesson_rows.review(connection, AWAIT, SEEN, state="muted")
        lesson_rows.review(connection, AWAIT, SEEN + timedelta(days=1), description=Scrubbed("await it"))

    found = only(store)
    assert (found.state, found.description, found.quoted) == (LessonState.MUTED, "await it", False)
    assert found.root_cause == a_lesson().root_cause
    assert (lessons.read_last_review(store.connection) or "").startswith("2026-11-21")
    assert lessons.read_words(store.connection, [LessonState.MUTED], "", "")[0][2:] == ("await it", found.root_cause)

    with store.begin_writing() as connection:
        lesson_rows.review(connection, AWAIT, SEEN, root_cause=Scrubbed("why"))
        lesson_rows.undo_review(connection, AWAIT)
    found = only(store)
    assert (found.state, found.description, found.root_cause) == (LessonState.SHADOW, "await it", "why")


def test_a_deleted_lesson_is_not_learned_again_under_any_key(store: Store) -> None:
    """Its keys are recorded, its occurrences go."""
    put(store, seen())
    put(store, seen(SECOND, lesson=other_lesson()), aliases={OTHER: AWAIT})
    with store.begin_writing() as connection:
        lesson_rows.delete(connection, AWAIT, SEEN)

    assert lessons.read_deleted(store.connection) == {AWAIT, OTHER}
    put(store, seen())
    assert lessons.read_lessons(store.connection) == []
    assert lessons.read_by_key(store.connection, [AWAIT]) == {}
    assert list(lessons.read_occurrences(store.connection, OTHER, 9)) == []


def test_a_forgotten_lesson_s_sessions_are_learned_from_again(store: Store) -> None:
    """Its words by a person go, what was decided stays; programs have no session to learn from."""
    put(store, seen(), seen(SECOND, agent="program"))
    store.put_derived("lessons", [DerivedValue(key, b"h", b"[]") for key in (FIRST, SECOND)], 1)
    with store.begin_writing() as connection:
        lesson_rows.review(connection, AWAIT, SEEN, state="muted", description=Scrubbed("a"), root_cause=Scrubbed("b"))
        lesson_rows.forget_lessons(connection, [AWAIT])

    assert lessons.read_lessons(store.connection) == []
    assert store.get_derived("lessons", FIRST) is None
    assert store.get_derived("lessons", SECOND) is not None
    put(store, seen())
    assert (only(store).state, only(store).description) == (LessonState.MUTED, a_lesson().description)


def test_an_imported_lesson_keeps_its_counts_until_it_is_seen(store: Store) -> None:
    """And stays without an occurrence; a second import leaves it as it is."""
    with store.begin_writing() as connection:
        lesson_rows.add(connection, a_lesson(observations=7, sessions=3, projects=2), imported=True)
        lesson_rows.add(connection, a_lesson(observations=8), imported=True)
        lesson_rows.set_steps(connection, a_lesson(trigger=Trigger(parameter="path")))
    assert (only(store).observations, only(store).sessions, only(store).projects) == (7, 3, 2)
    assert only(store).trigger == a_lesson().trigger

    put(store, seen())
    assert (only(store).observations, only(store).sessions) == (1, 1)
    with store.begin_writing() as connection:
        lesson_rows.put(connection, [FIRST], [], {})
    assert only(store).observations == 1


def test_steps_and_trigger_of_a_learned_lesson_are_replaced(store: Store) -> None:
    """They are elected by all sessions."""
    put(store, seen())
    with store.begin_writing() as connection:
        lesson_rows.set_steps(connection, a_lesson(trigger=Trigger(parameter="path")))

    assert only(store).trigger == Trigger(parameter="path")


@pytest.mark.parametrize("state", list(LessonState))
def test_a_state_is_set_with_its_patterns(store: Store, state: LessonState) -> None:
    """Those of an archived lesson are archived; other lessons stay as they are."""
    put(store, seen(), seen(SECOND, lesson=other_lesson()))
    with store.begin_writing() as connection:
        lesson_rows.set_states(connection, {AWAIT: state})

    assert {one.id: one.state for one in lessons.read_lessons(store.connection)} == {
        "l-00000000000000aa": state,
        "l-00000000000000bb": LessonState.SHADOW,
    }
    archived = dict(store.connection.execute("SELECT vector_db_id, archived FROM mistake_patterns"))
    assert archived == {AWAIT: int(state is LessonState.ARCHIVED), OTHER: 0}


def test_clearing_deletes_lessons_and_decisions(store: Store) -> None:
    """And says how many lessons there were."""
    put(store, seen(), seen(SECOND, lesson=other_lesson()))
    store.put_derived("lesson-vectors", [DerivedValue(b"k", b"h", b"[]")], 1)
    with store.begin_writing() as connection:
        lesson_rows.review(connection, AWAIT, SEEN, state="muted")
        lesson_rows.delete(connection, OTHER, SEEN)
        assert lesson_rows.clear(connection) == 1

    assert lessons.read_lessons(store.connection) == []
    assert lessons.read_deleted(store.connection) == set()
    assert lessons.read_last_review(store.connection) is None
    assert store.get_derived("lesson-vectors", b"k") is None
