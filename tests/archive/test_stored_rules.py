"""store.rules: what was compiled, decided and said stays, once each, and is joined by its ids."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive import rule_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.reads import rules as reads
from twiceshy.base.config import load
from twiceshy.base.values import Scrubbed
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.records import ids
from twiceshy.records.rules import Advice, Fate, Level, Rule, RuleKind, TrialSummary
from twiceshy.records.upkeep import Extent

ID, OTHER = b"rule 001", b"rule 002"
RULE = Rule(
    id=ID,
    kind=RuleKind.HEAD,
    key=b"h12345678",
    condition="",
    level=Level.WARN,
    confidence=0.91234,
    words=Scrubbed("it failed"),
    tried=TrialSummary(n=9, wrong=8, sessions=5),
    project="shop",
)


@pytest.fixture
def store(scratch_home: Path) -> Iterator[Store]:
    with Store.open(load({}, {}, scratch_home).home) as opened:
        yield opened


def given(name: str, rule: bytes = ID, session: bytes = b"s" * 16, **more: object) -> Advice:
    one = Advice(
        uid=name.encode().rjust(16, b"\0"),
        rule=rule,
        session=session,
        agent="claude-code",
        event="PreToolUse",
        level=Level.WARN,
        shown=True,
        at=NOON,
    )
    return replace(one, **more)  # type: ignore[arg-type]  # a test's own words


def put(store: Store, *advice: Advice) -> int:
    with store.begin_writing() as connection:
        return writing.put_advice(connection, advice)


def rows(store: Store) -> list[tuple[object, ...]]:
    return store.connection.execute("SELECT id, category, level, confidence, n, wrong, sessions FROM rule").fetchall()


def test_a_rule_is_one_row_however_often_it_is_compiled(store: Store) -> None:
    """The newest stands; one that is not compiled any more stays to explain what it said."""
    for rule in (RULE, replace(RULE, id=OTHER), replace(RULE, level=Level.SILENT, tried=TrialSummary(n=10, wrong=8))):
        with store.begin_writing() as connection:
            writing.put_rules(connection, [rule], NOON)

    assert sorted(rows(store)) == [
        (ID, "head", "silent", 0.9123, 10, 8, 0),
        (OTHER, "head", "warn", 0.9123, 9, 8, 5),
    ]


def test_a_persons_word_outlives_the_rule(store: Store) -> None:
    """Muted before it is compiled, and not twice; taken back it is as if nothing was said."""
    with store.begin_writing() as connection:
        writing.mute(connection, ID, NOON)
        writing.mute(connection, ID, NOON + timedelta(days=1))
        writing.put_rules(connection, [RULE], NOON)
    assert reads.read_muted(store.connection) == {ID}

    with store.begin_writing() as connection:
        writing.unmute(connection, ID, NOON)
        writing.unmute(connection, OTHER, NOON)
    assert reads.read_muted(store.connection) == set()


def test_advice_is_stored_once_with_its_rules_kind(store: Store) -> None:
    """However often a spool file is folded; of a rule that is gone the given kind stays."""
    with store.begin_writing() as connection:
        writing.put_rules(connection, [RULE], NOON)
    told = [given("one"), given("two", OTHER, category="brief"), given("three", shown=False, overridden=True)]

    assert (put(store, *told), put(store, *told)) == (3, 0)
    found = {one.uid[-3:]: one for one in reads.read_advice(store.connection)}
    assert {name: one.category for name, one in found.items()} == {b"one": "head", b"two": "brief", b"ree": "head"}
    assert (found[b"ree"].shown, found[b"ree"].overridden, found[b"one"].overridden) == (False, True, False)


def test_an_outcome_is_that_of_its_advice_alone(store: Store) -> None:
    """And may change when more is known."""
    put(store, given("one"), given("two"))
    for fate in (Fate.FINE, Fate.TAKEN_BACK):
        with store.begin_writing() as connection:
            writing.set_outcomes(connection, [(given("one").uid, fate), (b"nobody", Fate.FAILED)])

    assert {one.uid[-3:]: one.outcome for one in reads.read_advice(store.connection)} == {
        b"one": Fate.TAKEN_BACK,
        b"two": None,
    }


def test_what_a_forgotten_session_was_told_does_not_come_back(store: Store, scratch_home: Path) -> None:
    """Its spool file may be folded after it was forgotten."""
    log = Log("bad").opened().prompt("please")
    stored(store, log)
    which = Extent(session=ids.shorten(ids.SESSION, log.session))
    forget(load({}, {}, scratch_home), which, NOON + timedelta(days=9), dry_run=False)

    assert put(store, given("one", session=log.session), given("two", session=b"other".rjust(16))) == 1
