"""What a team gets from its server, over both databases: rows of several people in, knowledge after a cursor out."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wings.team.tests.store.team_rows import NOW, a_caller, a_row, a_tombstone

from twiceshy.archive.team_knowledge import KNOWLEDGE
from twiceshy.privacy.wire.row_kinds import KINDS, Form
from twiceshy.records.team import Caller, WireRow, WireValue
from twiceshy.records.team_knowledge import PersonCount
from twiceshy_team.serve.team_knowledge import (
    build_knowledge,
    encode_knowledge,
    refresh_knowledge,
    suggest_team_limits,
)
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.knowledge.kept import ANSWER
from twiceshy_team.store.opening import open_team_store

HASH = "cd" * 16


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TeamStore]:
    address = (
        request.getfixturevalue("shared_team_database") if request.param == "postgresql" else str(tmp_path / "team.db")
    )
    found = open_team_store(address)
    yield found
    found.close()


@pytest.fixture
def people(store: TeamStore) -> list[Caller]:
    """Three people of one team."""
    first = a_caller(store)
    return [first, *(a_caller(store, first.team, name) for name in ("Ben", "Cyd"))]


def lesson(who: str, rev: int = 0, **more: WireValue) -> WireRow:
    given: dict[str, WireValue] = {
        "lesson_hash": HASH,
        "kind": "usage",
        "category": "incorrect_parameter",
        "subject": "git",
        "seen": 4,
        "sessions": 3,
        "text": "`git log` has no option `--nope`.",
        "trigger": '{"parameter": "command"}',
        "last_at": "2026-11-23T10:00:00.000Z",
    }
    return a_row("lesson", who, rev, NOW, **given | more)


def run(who: str, number: int, seconds: float = 20.0, **more: WireValue) -> WireRow:
    given: dict[str, WireValue] = {"team_hash": HASH, "exit_code": 0, "exit_reason": "completed", "child_status": 0}
    at = NOW - timedelta(minutes=100 - number)
    return a_row("execution", f"{who} {number}", 0, at, total_runtime=seconds, longest_idle_period=1.0, **given | more)


def test_a_team_without_rows_knows_nothing(store: TeamStore, people: list[Caller]) -> None:
    """And its cursor says so again."""
    found = build_knowledge(store, people[0], "", NOW)

    assert (found.lessons, found.limits, found.facts, found.effects) == ((), (), (), ())
    assert build_knowledge(store, people[0], found.cursor, NOW).cursor == found.cursor


def test_a_lesson_of_two_people_reaches_the_third_once(store: TeamStore, people: list[Caller]) -> None:
    """One person's work is nobody else's; two people's is the team's, and does not come again."""
    store.accept(people[0], [lesson("a")], NOW)
    before = build_knowledge(store, people[2], "", NOW)
    store.accept(people[1], [lesson("b", seen=9)], NOW)
    found = build_knowledge(store, people[2], before.cursor, NOW)

    assert before.lessons == ()
    (only,) = found.lessons
    assert (only.key, only.state, only.text) == (bytes.fromhex(HASH), "promoted", "`git log` has no option `--nope`.")
    assert only.people == (PersonCount(9, 3), PersonCount(4, 3))
    assert (only.changed_at, only.fields) == (NOW, {"parameter": "command"})
    assert build_knowledge(store, people[2], found.cursor, NOW).lessons == ()


def test_what_is_erased_is_taken_back_without_its_words(store: TeamStore, people: list[Caller]) -> None:
    """A tombstone of one of two people: the others are told to take the lesson out, and nothing of it is kept."""
    rows = [lesson("a"), lesson("b")]
    for who, row in zip(people, rows, strict=False):
        store.accept(who, [row], NOW)
    before = build_knowledge(store, people[2], "", NOW)
    store.accept(people[0], [a_tombstone(rows[0])], NOW)
    found = build_knowledge(store, people[2], before.cursor, NOW)
    left = store.fetch(people[0].team, "SELECT body FROM knowledge WHERE team_id = :team", {})

    assert [(one.state, one.text, one.people) for one in found.lessons] == [("withdrawn", "", ())]
    assert "--nope" not in str(left)
    assert build_knowledge(store, people[2], "", NOW).lessons == ()


def test_a_dismissal_changes_what_is_known(store: TeamStore, people: list[Caller]) -> None:
    """The newest word of each person counts."""
    for who, name in zip(people, "abc", strict=True):
        store.accept(who, [lesson(name)], NOW)
    promoted = build_knowledge(store, people[0], "", NOW)
    store.accept(people[2], [lesson("c", 1, review="dismissed")], NOW)
    disputed = build_knowledge(store, people[0], promoted.cursor, NOW)
    store.accept(people[0], [lesson("a", 1, review="kept")], NOW)
    store.accept(people[1], [lesson("b", 1, review="kept")], NOW)
    again = build_knowledge(store, people[0], disputed.cursor, NOW)

    assert [one.lessons[0].state for one in (promoted, disputed, again)] == ["promoted", "disputed", "promoted"]


def test_limits_of_a_command_follow_its_runs(store: TeamStore, people: list[Caller]) -> None:
    """Made of both people's runs; more runs of the same kind change nothing, slow ones do, erased ones take it back."""
    first = [run("a", number) for number in range(8)]
    store.accept(people[0], first, NOW)
    store.accept(people[1], [run("b", number, 25.0) for number in range(8)], NOW)
    before = build_knowledge(store, people[2], "", NOW)
    store.accept(people[1], [run("b", 8, 25.0)], NOW)
    same = build_knowledge(store, people[2], before.cursor, NOW)
    store.accept(people[1], [run("b", 9, 400.0)], NOW)
    slower = build_knowledge(store, people[2], same.cursor, NOW)
    store.accept(people[0], [a_tombstone(row) for row in first], NOW)
    gone = build_knowledge(store, people[2], slower.cursor, NOW)

    assert [(one.kind, one.runs, one.people) for one in before.limits] == [("idle", 16, 2), ("timeout", 16, 2)]
    assert (same.limits, same.cursor) == ((), before.cursor)
    (longer,) = slower.limits
    assert longer.value_s > 400
    assert [one.people for one in gone.limits] == [0, 0]
    assert suggest_team_limits(store, people[2], bytes.fromhex(HASH), NOW) == ()


def test_a_limit_is_suggested_by_the_commands_hash(store: TeamStore, people: list[Caller]) -> None:
    """For that command only, with no other team's runs."""
    stranger = a_caller(store)
    for who, name in zip(people, "abc", strict=True):
        store.accept(who, [run(name, number) for number in range(5)], NOW)
    found = suggest_team_limits(store, people[0], bytes.fromhex(HASH), NOW)

    assert [(one.kind, one.people) for one in found] == [("timeout", 3), ("idle", 3)]
    assert suggest_team_limits(store, people[0], bytes(16), NOW) == ()
    assert suggest_team_limits(store, stranger, bytes.fromhex(HASH), NOW) == ()


def test_feedback_on_a_run_that_a_limit_ended_counts(store: TeamStore, people: list[Caller]) -> None:
    """It hung: how long it ran says no more how long such a run may take."""
    for who, name in zip(people[:2], "ab", strict=True):
        store.accept(who, [run(name, number) for number in range(8)], NOW)
    cut = run("a", 20, 300.0, exit_reason="timeout_overall", exit_code=124)
    store.accept(people[0], [cut], NOW)
    before = build_knowledge(store, people[2], "", NOW)
    word = a_row("feedback", execution=cut.id.hex(), should_have_exited=True)
    store.accept(people[0], [word], NOW)
    after = build_knowledge(store, people[2], before.cursor, NOW)

    assert [one.value_s > 300 for one in before.limits if one.kind == "timeout"] == [True]
    assert [one.value_s < 300 for one in after.limits] == [True]


def test_facts_and_effects_come_with_the_same_cursor(store: TeamStore, people: list[Caller]) -> None:
    """Every kind of knowledge is one answer, in the form that members read."""
    for place, who in enumerate(people):
        store.accept(
            who,
            [
                a_row("fact", str(place), fact_hash=HASH, project_hash=HASH, kind="test", worked=5, n=6, sessions=3),
                a_row("effect", str(place), n_with=50, bad_with=5, n_without=50, bad_without=15),
                *(
                    a_row("trial", f"{place} {arm}", rule_kind="k", arm=arm, outcome="failed", bad=bad, n=200)
                    for arm, bad in (("warned", 40), ("silent", 80))
                ),
                *(
                    a_row("session", f"{place} {model}", model=model, calls=60, failed_calls=6, prompts=40)
                    for model in ("one", "two")
                ),
            ],
            NOW,
        )
    found = build_knowledge(store, people[0], "", NOW)

    assert [(one.kind, one.worked, one.n, one.people) for one in found.facts] == [("test", 15, 18, 3)]
    assert {(one.kind, one.name, one.outcome) for one in found.effects} == {
        ("trial", "trial:warned/silent", "failed"),
        ("trial", "trial:k:warned/silent", "failed"),
        ("habit", "word", "word"),
        *(("model", f"model:{name}", what) for name in ("one", "two") for what in ("failed-call", "corrected")),
    }
    assert ANSWER.decode(encode_knowledge(found)) == found
    assert build_knowledge(store, people[0], found.cursor, NOW).effects == ()


def test_a_session_that_an_exporter_told_of_too_counts_once(store: TeamStore, people: list[Caller]) -> None:
    """And whom the exporter names is the member who sent the same session, in other sessions too."""
    given: dict[str, WireValue] = {"calls": 60, "failed_calls": 6, "prompts": 40, "corrections": 2}
    for place, who in enumerate(people[:2]):
        for model in ("one", "two"):
            hashed = f"{place}{model[0]}".encode().hex().ljust(32, "0")
            own = a_row("session", f"{place} {model}", model=model, session_hash=hashed, **given)
            told = a_row(
                "session",
                f"told {place} {model}",
                model=model,
                session_hash=hashed,
                source="otlp",
                person=f"{place}a" * 16,
                **given,
            )
            other = replace(
                told,
                id=a_row("session", f"alone {place} {model}").id,
                data={**told.data, "session_hash": f"{place}{model[0]}".encode().hex().ljust(32, "1")},
            )
            store.accept(who, [own], NOW)
            store.accept(people[2], [told, other], NOW)
    found = build_knowledge(store, people[0], "", NOW)

    assert {(one.name, one.people, one.n) for one in found.effects if one.outcome == "failed-call"} == {
        ("model:one", 2, 480),
        ("model:two", 2, 480),
    }


def test_a_cursor_misses_nothing_however_many_ask_and_send_at_once(store: TeamStore) -> None:
    """Four members send and ask at the same time; each has in the end what the team knows."""
    first = a_caller(store)
    members = [first, *(a_caller(store, first.team, name) for name in "bcd")]
    told: list[dict[bytes, int]] = [{} for _ in members]
    cursors = [""] * len(members)

    def ask(place: int) -> None:
        found = build_knowledge(store, members[place], cursors[place], NOW)
        cursors[place] = found.cursor
        told[place] |= {one.key: sum(person.seen for person in one.people) for one in found.lessons}

    def work(place: int) -> None:
        for number in range(6):
            row = lesson(f"{place} {number}", lesson_hash=f"{number}f" * 16, seen=place + 1)
            store.accept(members[place], [row], NOW)
            ask(place)

    with ThreadPoolExecutor(len(members)) as pool:
        list(pool.map(work, range(len(members))))
    for place in range(len(members)):
        ask(place)

    assert told == [{bytes.fromhex(f"{number}f" * 16): 10 for number in range(6)}] * len(members)


def test_a_cursor_of_another_database_begins_anew(store: TeamStore, people: list[Caller]) -> None:
    """After a restore from an older dump, and where somebody sends anything else."""
    for who, name in zip(people[:2], "ab", strict=True):
        store.accept(who, [lesson(name)], NOW)

    assert [len(build_knowledge(store, people[2], since, NOW).lessons) for since in ("999", "x", "-1", "9" * 40)] == [
        1
    ] * 4


def test_nothing_is_made_twice(store: TeamStore, people: list[Caller]) -> None:
    """Without new rows nothing is written; a day later what fades is made again."""
    for who, name in zip(people[:2], "ab", strict=True):
        store.accept(who, [lesson(name), *(run(name, number) for number in range(5))], NOW)

    assert refresh_knowledge(store, people[0].team, NOW) == 3
    assert refresh_knowledge(store, people[0].team, NOW) == 0
    assert refresh_knowledge(store, people[0].team, NOW + timedelta(days=40)) == 1


def test_what_takes_too_long_is_made_at_the_next_question(store: TeamStore, people: list[Caller]) -> None:
    """Each question makes one command at least; none is forgotten."""
    for who, name in zip(people[:2], "ab", strict=True):
        rows = [run(f"{name}{x}", number, team_hash=f"{x}0" * 16) for x in range(3) for number in range(4)]
        store.accept(who, rows, NOW)
    ticks = count()
    made = [refresh_knowledge(store, people[0].team, NOW, lambda: 2.0 * next(ticks)) for _ in range(4)]

    assert made == [2, 2, 2, 0]


def test_an_old_run_behind_thousands_of_a_machines_counts(store: TeamStore, people: list[Caller]) -> None:
    """A person's slow runs of last month are found behind those of a CI machine."""
    store.accept(people[0], [run("a", -number * 10, 200.0) for number in range(1, 6)], NOW)
    store.accept(people[1], [run("b", number, 5.0) for number in range(900)], NOW)
    found = build_knowledge(store, people[2], "", NOW)

    assert [(one.people, one.value_s >= 200) for one in found.limits if one.kind == "timeout"] == [(2, True)]


NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([0, 40, 2**31, -(2**53), 2**53]))
FRACTIONS = st.one_of(st.floats(-3, 400, allow_nan=False), st.sampled_from([0.0, 5e-324, 1e15, -1e15]))
ODD_TEXTS = st.sampled_from(
    ["", "a", '{"a": "\\ud800"}', "[" * 3000, '{"a": [1, {"b": NaN}]}', '{"a": 1e999}', "9" * 5000, "{}", "null"]
)
VALUES: Mapping[Form, st.SearchStrategy[WireValue]] = {
    "count": NUMBERS,
    "number": FRACTIONS,
    "flag": st.booleans(),
    "text": ODD_TEXTS,
    "word": st.sampled_from(["warned", "silent", "failed", "completed", "timeout_idle", "kept", "dismissed"]),
    "time": st.sampled_from(["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.000Z", "2026-11-23T10:00:00.000Z"]),
}


@st.composite
def odd_rows(draw: st.DrawFn) -> list[WireRow]:
    """Rows of the form of the wire, whose values nobody would send who means well."""
    kinds = draw(st.lists(st.sampled_from(["lesson", "fact", "trial", "effect", "session", "execution"]), max_size=8))
    return [
        a_row(
            kind,
            str(place),
            0,
            NOW,
            **{one.name: draw(VALUES[one.form]) for one in KINDS[kind].fields if one.form in VALUES},
            **({"team_hash": HASH} if kind == "execution" else {}),
        )
        for place, kind in enumerate(kinds)
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(odd_rows(), min_size=2, max_size=3))
def test_no_members_rows_keep_the_others_from_what_they_know(sent: list[list[WireRow]]) -> None:
    """Whatever one sends that the wire allows, the team gets an answer that a member can read."""
    found = open_team_store(":memory:")
    first = a_caller(found)
    for place, rows in enumerate(sent):
        named = [replace(row, id=a_row(row.kind, f"{place} {row.id.hex()}").id) for row in rows]
        found.accept(a_caller(found, first.team, str(place)), named, NOW)
    for who in (first, a_caller(found, first.team, "another")):
        found.accept(who, [lesson(who.member.hex(), lesson_hash="ef" * 16)], NOW)
    told = build_knowledge(found, first, "", NOW)
    found.close()

    assert bytes.fromhex("ef" * 16) in {one.key for one in told.lessons}
    assert KNOWLEDGE.decode(encode_knowledge(told)) == told
