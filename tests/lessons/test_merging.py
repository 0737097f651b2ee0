"""lessons.merging: what is one lesson and what are two."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lessons.builders import SEEN, a_lesson

from twiceshy.base.values import Scrubbed
from twiceshy.lessons.merging import (
    MERGE_SIMILARITY,
    SimilarityPart,
    find_aliases,
    measure_overlap,
    measure_similarity,
    weigh_parts,
)
from twiceshy.records.lessons import Lesson, LessonOccurrence, Occurrence, PreventionAction, PreventionStep, Trigger

TEXTS = st.text("ab c", max_size=12)


def test_the_same_is_the_same() -> None:
    """Whole likeness of a lesson with itself."""
    assert measure_similarity(a_lesson(), a_lesson()) == 1


@pytest.mark.parametrize("field", ["subject", "category"])
def test_another_tool_or_category_is_never_the_same(field: str) -> None:
    """However alike the rest is."""
    assert measure_similarity(a_lesson(), a_lesson(**{field: "other"})) == 0


def test_a_slightly_other_message_of_the_same_cause_is_merged() -> None:
    """Two words more do not make another lesson."""
    longer = replace(a_lesson(), trigger=Trigger(error_regex="runtimewarning: coroutine <s> was never awaited here"))

    assert measure_similarity(a_lesson(), longer) >= MERGE_SIMILARITY


def test_two_rules_of_one_linter_stay_two() -> None:
    """Their patterns share no word, though both causes name the linter."""
    one, other = (
        replace(
            a_lesson(),
            trigger=Trigger(error_regex=rule),
            root_cause=Scrubbed(f"the code breaks the rule {rule} of golangci-lint"),
        )
        for rule in ("errcheck", "wrapcheck")
    )

    assert measure_similarity(one, other) < MERGE_SIMILARITY


def test_the_weights_are_scaled_to_what_is_known() -> None:
    """Pattern .4, parameter .3, cause .2, steps .1; a part that neither has takes no part."""
    step = PreventionStep(action=PreventionAction.CALL_TOOL_FIRST, tool="read")
    one = a_lesson(root_cause=Scrubbed(""), trigger=Trigger(error_regex="a b", parameter="x"), steps=(step, step))
    other = replace(one, trigger=Trigger(error_regex="a b", parameter="y"), steps=(step,))

    assert measure_similarity(one, other) == pytest.approx((0.4 * 1 + 0.3 * 0 + 0.1 * 0.5) / 0.8)
    assert weigh_parts(SimilarityPart(0.4, 1.0, False)) == 0


@given(TEXTS, TEXTS)
def test_likeness_of_texts_is_symmetric_and_bounded(one: str, other: str) -> None:
    """And whole only for the same words in the same order."""
    assert 0 <= measure_overlap(one, other) == measure_overlap(other, one) <= 1
    assert measure_overlap(one, one) == (1 if one else 0)


def seen(lesson: Lesson, key: bytes) -> LessonOccurrence:
    """The lesson as a session met it, under a key."""
    occurrence = Occurrence(
        session=b"s" * 16,
        event=b"e" * 16,
        at=SEEN,
        project="shop",
        file=None,
        model="",
        agent="codex",
        message=Scrubbed("m"),
        source="failure",
    )
    return LessonOccurrence(key, lesson, occurrence, fixed=False)


KNOWN = a_lesson()
ALIASES = [
    ("like a known lesson", a_lesson(slug="other"), "key", True),
    ("a quotation", a_lesson(slug="other", quoted=True, root_cause=Scrubbed("")), "key", False),
    ("a known key", a_lesson(slug="other"), "known", False),
    ("of another tool", a_lesson(slug="other", subject="rust"), "key", False),
    ("a known name, whatever it says", a_lesson(trigger=Trigger(), root_cause=Scrubbed("x"), quoted=True), "key", True),
]


@pytest.mark.parametrize(("lesson", "key", "merged"), [row[1:] for row in ALIASES], ids=[row[0] for row in ALIASES])
def test_a_new_key_may_mean_a_known_lesson(lesson: Lesson, key: str, merged: bool) -> None:
    """By its name, or because it is like it; a person's own words are never merged with a lesson."""
    found = find_aliases([KNOWN], {b"known"}, [seen(lesson, key.encode())])

    assert found == ({b"key": KNOWN} if merged else {})


def test_nothing_is_merged_with_a_quotation() -> None:
    """Neither with a known one nor with one of the same batch; what is no quotation is merged within a batch."""
    quotation = a_lesson(slug="q", quoted=True, root_cause=Scrubbed(""))
    plain, like = a_lesson(slug="a"), a_lesson(slug="b")

    assert find_aliases([quotation], (), [seen(plain, b"1")]) == {}
    assert find_aliases([], (), [seen(quotation, b"1"), seen(plain, b"2"), seen(like, b"3")]) == {b"3": plain}


def quoted(words: str, **more: str) -> Lesson:
    values: dict[str, Any] = {"quoted": True, "category": "correction", "root_cause": "", **more}
    return a_lesson(description=f'The user said: "{words}"', **values)


def test_what_a_person_said_again_is_one_lesson() -> None:
    """In like words, in one project."""
    first = quoted("no ORM in migrations, use plain SQL", slug="a", scope_of="shop")
    again = quoted("plain SQL in migrations! No ORM, please", slug="b", scope_of="shop")
    elsewhere = quoted("no ORM in migrations, use plain SQL", slug="c", scope_of="api")
    other = quoted("the header is too large", slug="d", scope_of="shop")

    found = find_aliases([first], (), [seen(again, b"1"), seen(elsewhere, b"2"), seen(other, b"3")])

    assert found == {b"1": first}
