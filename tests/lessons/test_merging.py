"""lessons.merging: what is one lesson and what are two."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lessons.builders import a_lesson

from twiceshy.lessons.merging import MERGE_SIMILARITY, SimilarityPart, measure_overlap, measure_similarity, weigh_parts
from twiceshy.records.lessons import PreventionAction, PreventionStep, Trigger
from twiceshy.records.values import Scrubbed

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
