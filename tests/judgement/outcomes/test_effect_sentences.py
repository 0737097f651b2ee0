"""judgement.outcomes.effect_sentences: an effect in words that can be checked."""

import doctest
from dataclasses import replace

import pytest

from twiceshy.judgement.outcomes import effect_sentences
from twiceshy.records.effects import Effect, EffectScope, Estimate
from twiceshy.records.figures import Rate

PLAIN = Effect(
    exposure="blind-edit",
    outcome="corrected",
    unit="edit",
    scope=EffectScope.FILE,
    project="shop",
    place="api.py",
    exposed=Rate(7, 9, 7 / 9, 0, 1),
    other=Rate(3, 31, 3 / 31, 0, 1),
    ratio=Estimate(8.04, 2.59, 24.9),
)


def test_examples_hold() -> None:
    """The examples in the docstrings are what comes out."""
    found = doctest.testmod(effect_sentences)

    assert (found.failed, found.attempted > 3) == (0, True)


SENTENCES = [
    pytest.param(
        {},
        "edits of `api.py` without a read before: corrected 7 of 9, otherwise 3 of 31; ratio 8.0 (2.6-25)",
        id="file",
    ),
    pytest.param(
        {"scope": EffectScope.PROJECT, "place": ""},
        "`shop`: edits without a read before: corrected 7 of 9, otherwise 3 of 31; ratio 8.0 (2.6-25)",
        id="project",
    ),
    pytest.param(
        {"scope": EffectScope.ALL, "place": "", "project": "", "unit": "task", "exposure": "violates:blueprint"},
        "tasks that break `blueprint`: corrected 7 of 9, otherwise 3 of 31; ratio 8.0 (2.6-25)",
        id="everywhere",
    ),
    pytest.param(
        {"ratio": None}, "edits of `api.py` without a read before: corrected 7 of 9, otherwise 3 of 31", id="refused"
    ),
]


@pytest.mark.parametrize(("change", "words"), SENTENCES)
def test_a_sentence_has_place_habit_counts_and_ratio(change: dict[str, object], words: str) -> None:
    """Where, what was done, how often it ended so, how often else, and the ratio with its interval."""
    assert effect_sentences.render_effect(replace(PLAIN, **change)) == words  # type: ignore[arg-type]  # fields by name


def test_no_sentence_names_a_cause() -> None:
    """No word of any sentence says that one thing makes another."""
    words = " ".join(
        [*effect_sentences.HABITS.values(), *effect_sentences.ENDS.values(), effect_sentences.render_effect(PLAIN)]
    )

    assert not {"because", "causes", "leads", "therefore", "due"} & set(words.split())
