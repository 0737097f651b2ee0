"""lessons.lessons_of_people: what two or more people's work shows, and where they disagree."""

import doctest
import json
from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.lessons import lessons_of_people
from twiceshy.lessons.lessons_of_people import pool_lessons
from twiceshy.records.team_knowledge import LessonVote, PersonCount

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEY = bytes(16)


def vote(member: int, seen: int = 3, **more: object) -> LessonVote:
    given = {"kind": "usage", "category": "incorrect_parameter", "subject": "git", "sessions": min(seen, 2)}
    return LessonVote(member=bytes([member]), key=KEY, seen=seen, **{**given, **more})  # type: ignore[arg-type]  # of the record


def test_the_examples_hold() -> None:
    """Each function gives what its docstring shows."""
    assert doctest.testmod(lessons_of_people).failed == 0


@pytest.mark.parametrize(
    "votes",
    [
        pytest.param([], id="nothing"),
        pytest.param([vote(1, 90)], id="one person, often"),
        pytest.param([vote(1, 90), vote(1, 5)], id="one person's two machines"),
        pytest.param([vote(1, 90), vote(2, 0, review="kept")], id="one person's work and another's word"),
        pytest.param([vote(1, 1), vote(2, 1)], id="two people, hardly ever"),
        pytest.param([vote(1, 5, sessions=1), vote(2, 0)], id="one session"),
    ],
)
def test_what_one_persons_work_shows_is_not_the_teams(votes: list[LessonVote]) -> None:
    """Two people's work must show it, often enough over both."""
    assert pool_lessons(votes, NOW) == []


def test_two_peoples_work_makes_it_the_teams() -> None:
    """The counts of each person stand beside the sums' confidence; who the people are does not."""
    (found,) = pool_lessons([vote(1, 2), vote(2, 7, helped=4, hurt=1)], NOW)

    assert found.people == (PersonCount(7, 2, "none"), PersonCount(2, 2, "none"))
    assert (found.state, found.kind) == ("promoted", "usage")
    assert 0.6 < found.confidence < 0.9
    assert found.key == KEY


def test_all_projects_that_showed_it_are_told() -> None:
    """Of every machine of every person, each once; what is no hash is not passed on."""
    triggers = ['{"condition": "c", "projects": ["%s", "odd"]}' % (digit * 32) for digit in "ba"]
    votes = [vote(1, text="t", trigger=triggers[0]), vote(1, text="t", trigger=triggers[1]), vote(2, trigger="odd")]
    (found,) = pool_lessons([*votes, vote(3, 0, trigger='{"projects": ["%s"]}' % ("c" * 32))], NOW)

    assert json.loads(found.fields["projects"]) == ["a" * 32, "b" * 32]
    assert found.fields["condition"] == "c"


def test_it_fades_when_nobody_sees_it_any_more() -> None:
    """Confidence falls with the time since the last of all sightings."""
    (fresh,) = pool_lessons([vote(1, 9, last_at=NOW), vote(2, last_at=NOW - timedelta(days=300))], NOW)
    (old,) = pool_lessons([vote(1, 9, last_at=NOW - timedelta(days=200)), vote(2)], NOW)

    assert old.confidence < fresh.confidence


@pytest.mark.parametrize(
    ("reviews", "state"),
    [
        pytest.param(["", ""], "promoted", id="nobody decided"),
        pytest.param(["kept", ""], "promoted", id="one kept it"),
        pytest.param(["kept", "kept", "dismissed"], "promoted", id="more kept it"),
        pytest.param(["kept", "dismissed"], "disputed", id="as many"),
        pytest.param(["", "", "dismissed"], "disputed", id="one of three dismissed it, nobody kept it"),
        pytest.param(["", "dismissed"], "withdrawn", id="half dismissed it, nobody kept it"),
        pytest.param(["dismissed", "dismissed", "kept"], "withdrawn", id="more dismissed it"),
    ],
)
def test_words_go_before_counts(reviews: list[str], state: str) -> None:
    """What people decided settles it."""
    (found,) = pool_lessons([vote(place, review=review) for place, review in enumerate(reviews)], NOW)

    assert found.state == state


def test_the_state_at_home_is_a_word_too() -> None:
    """A muted lesson was dismissed, a promoted one kept; a review goes before the state."""
    (found,) = pool_lessons([vote(1, 5, state="promoted"), vote(2, 4, state="muted", review="kept"), vote(3)], NOW)

    assert [one.review for one in found.people] == ["kept", "kept", "none"]


def test_a_lesson_that_hurts_is_withdrawn() -> None:
    """More warnings were wrong than right: no word is needed."""
    (found,) = pool_lessons([vote(1, 9, helped=1, hurt=2, review="kept"), vote(2)], NOW)

    assert found.state == "withdrawn"


def test_the_words_of_who_chose_them_are_passed_on() -> None:
    """A text that a person kept goes before one that most only let be; the trigger comes from the same person."""
    votes = [
        vote(1, text="learned", trigger='{"condition": "unread-file"}'),
        vote(2, text="learned", trigger='{"condition": "unread-file"}'),
        vote(3, text="own words", trigger='{"parameter": "command"}', state="promoted"),
    ]
    (own,), (learned,) = pool_lessons(votes, NOW), pool_lessons(votes[:2], NOW)

    assert (own.text, own.fields) == ("own words", {"parameter": "command"})
    assert (learned.text, learned.fields) == ("learned", {"condition": "unread-file"})


def test_without_texts_it_is_the_teams_all_the_same() -> None:
    """At the level of counts nobody sends words: who has the lesson at home knows what it says."""
    (found,) = pool_lessons([vote(1), vote(2)], NOW)

    assert (found.text, found.fields, found.state) == ("", {}, "promoted")


def test_all_words_come_from_one_row() -> None:
    """Who saw it most sends counts only: the other's words come with the other's subject and category."""
    (found,) = pool_lessons([vote(1, 90, category="", subject=""), vote(2, text="a", trigger="{}")], NOW)

    assert (found.text, found.subject, found.category, found.kind) == ("a", "git", "incorrect_parameter", "usage")


def test_two_machines_of_one_person_are_one_person() -> None:
    """Their counts add up, and a word said on one of them is said."""
    mine = [vote(1, 4, text="mine"), vote(1, 5, review="kept", category="", subject="")]
    (found,) = pool_lessons([*mine, vote(2, 6)], NOW)

    assert found.people == (PersonCount(9, 4, "kept"), PersonCount(6, 2, "none"))
    assert (found.text, found.subject) == ("mine", "git")
