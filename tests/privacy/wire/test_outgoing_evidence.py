"""What was measured leaves as sums by closed words; a person's own steps and folders do not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from wings.team.tests.sync.sending import terms

from twiceshy.privacy.wire.outgoing_evidence import make_effect_rows, make_fact_rows, make_trial_rows
from twiceshy.privacy.wire.wire_rows import decode_row, encode_row
from twiceshy.records.effects import Observation
from twiceshy.records.kept_knowledge import KeptFact, ProjectFactKind
from twiceshy.records.team import WireRow
from twiceshy.records.trial_effects import TrialCase

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SHOP = "remote:host/owner/shop"


def case(session: str, arm: str = "warned", chance: float = 0.5, **more: Any) -> TrialCase:
    values: dict[str, Any] = {"rule": "ab", "failed": False, "again": None, "at": 0.0}
    return TrialCase(session=session, arm=arm, chance=chance, **values | more)


def seen(**more: Any) -> Observation:
    values: dict[str, Any] = {
        "unit": "edit",
        "session": b"s",
        "project": "shop",
        "agent": "lark",
        "model": "",
        "at": None,
    }
    return Observation(**values | more)


def effects(*some: Observation, asked: bool = True) -> list[WireRow]:
    return list(make_effect_rows(some, lambda *_: asked, terms(), NOW))


def test_a_trial_is_summed_by_rule_arm_and_outcome() -> None:
    """Each case weighs as the inverse of its chance; what is not known of a case is not counted."""
    cases = [case("a", failed=True), case("a"), case("b", chance=0.25, failed=True, again=False), case("c", "silent")]
    rows = list(make_trial_rows(cases, {"ab": "head"}, terms(), NOW))

    assert [decode_row(encode_row(row)) for row in rows] == rows
    by = {(row.data["arm"], row.data["outcome"]): row.data for row in rows}
    assert set(by) == {("warned", "failed"), ("warned", "again"), ("silent", "failed")}
    first = by["warned", "failed"]
    assert [first[name] for name in ("bad", "n", "sessions")] == [2, 3, 2]
    assert [first[name] for name in ("weight", "weight_squared", "weighted_bad")] == [8.0, 24.0, 6.0]
    assert first["rule_kind"] == "head"


def test_a_trial_needs_a_key_and_a_known_rule() -> None:
    """Else nobody could say of what it is."""
    assert list(make_trial_rows([case("a")], {}, terms(), NOW)) == []
    assert list(make_trial_rows([case("a")], {"ab": "head"}, terms(team=None), NOW)) == []


@pytest.mark.parametrize(
    "did",
    [
        pytest.param({"blind-edit": True}, id="never done otherwise"),
        pytest.param({"violates:tell-ann": True}, id="a step of a person's own workflow"),
        pytest.param({}, id="nothing was measured"),
    ],
)
def test_what_compares_nothing_does_not_leave(did: dict[str, bool]) -> None:
    """Nor what is in a person's words."""
    others = [seen(did=dict.fromkeys(did, False), became={"corrected": False})] if "violates:tell-ann" in did else []

    assert effects(seen(did=did, became={"corrected": True}), *others) == []


def test_a_habit_is_counted_among_like_work() -> None:
    """Two projects are two strata, whose names nobody reads; what may not be asked is not counted."""
    some = [
        seen(did={"blind-edit": done}, became={"corrected": bad}, n=n, project=project)
        for project in ("shop", "other")
        for done, bad, n in ((True, True, 2), (True, False, 3), (False, False, 5))
    ]
    rows = effects(*some)

    assert [decode_row(encode_row(row)) for row in rows] == rows
    assert [[row.data[name] for name in ("n_with", "bad_with", "n_without", "bad_without")] for row in rows] == [
        [5, 2, 5, 0]
    ] * 2
    assert len({row.data["stratum"] for row in rows}) == len({row.id for row in rows}) == 2
    assert {row.data["habit"] for row in rows} == {"edit/blind-edit"}
    assert effects(*some, asked=False) == []


def facts(how: Any, *some: KeptFact, identity: str = SHOP) -> list[WireRow]:
    return list(make_fact_rows(identity, some, how, lambda text: text.replace("ann", "[NAME]"), NOW))


def test_a_fact_is_the_same_for_all_who_work_there() -> None:
    """By its command; one without a command by its sentence, whatever the numbers in it."""
    make = KeptFact(ProjectFactKind.TEST, "Tests run with `make` (3 of 3).", "`make`", "", 3, 3)
    flaky = KeptFact(ProjectFactKind.FLAKY, "`t` failed 3 of 9 times.", "", "", 3, 9)
    first = facts(terms(), make, flaky)
    again = facts(terms()._replace(salt=b"o" * 32), make._replace(says="Tests run with `make` (9 of 9).", runs=9, n=9))
    later = facts(terms(), flaky._replace(says="`t` failed 4 of 12 times."))

    assert again[0].data["fact_hash"] == first[0].data["fact_hash"] != first[1].data["fact_hash"]
    assert later[0].data["fact_hash"] == first[1].data["fact_hash"]
    assert again[0].id != first[0].id
    assert not {"says", "command"} & first[0].data.keys()


def test_the_words_of_a_fact_are_redacted() -> None:
    """They leave from `anonymous` on."""
    (row,) = facts(terms("anonymous"), KeptFact(ProjectFactKind.TEST, "ann runs `make`.", "`make ann`", "", 3, 3))

    assert (row.data["says"], row.data["command"]) == ("[NAME] runs `make`.", "`make [NAME]`")
    assert decode_row(encode_row(row)) == row


def test_a_folder_that_only_one_machine_has_tells_no_facts() -> None:
    """Nor does anything without the key."""
    fact = KeptFact(ProjectFactKind.TEST, "Tests run with `make`.", "`make`", "", 3, 3)

    assert facts(terms("full"), fact, identity="folder:/home/ann/shop") == []
    assert facts(terms("full", team=None), fact) == []
