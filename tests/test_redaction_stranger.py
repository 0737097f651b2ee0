"""The strangers' corpus of redaction: the texts are as they say they are."""

import random
import re

import pytest
from benchmarks.redaction_corpus import stranger
from benchmarks.redaction_corpus.stranger_values import draw_format, draw_value

SECRETS, LOOKALIKES = 300, 200
"""How many templates of both halves hold a promised secret, and how many only look like one, at least."""


def test_there_are_as_many_templates_as_planned() -> None:
    """Both halves together have enough of either, and each has its half."""
    counts = {}
    for half in stranger.STRANGER_HALVES:
        cases = stranger.cases(half, draws=1)
        counts[half] = (
            len({case.template for case in cases if case.pieces and case.promised}),
            len({case.template for case in cases if not case.pieces}),
        )
    assert sum(secrets for secrets, _ in counts.values()) >= SECRETS
    assert sum(others for _, others in counts.values()) >= LOOKALIKES
    assert min(secrets for secrets, _ in counts.values()) >= SECRETS / 2


def test_no_text_stands_in_both_halves() -> None:
    """What rules are tuned on is not what they are measured on."""
    first, second = ({one.body for one in stranger.list_templates(half)} for half in stranger.STRANGER_HALVES)
    assert not first & second


@pytest.mark.parametrize("half", stranger.STRANGER_HALVES)
def test_every_text_is_filled(half: str) -> None:
    """No mark is left over, a text with a secret has its place, and only such texts stand where secrets do."""
    for case in stranger.cases(half, draws=1):
        assert not re.search("[⟦⟧⟨⟩␛␇␀]", case.text), case.template
        assert bool(case.pieces) != case.group.startswith("no/"), case.template
        assert all(case.text[start:end].strip() for start, end in case.pieces), case.template


def test_only_the_letters_of_the_secret_are_labelled() -> None:
    """Line numbers, colours, quotes and the frame of a key block are no part of the secret."""
    colours, numbers, joined = (
        stranger.FORMS[form](value)
        for form, value in (("ansi", "abcd"), ("lineno", "-----BEGIN X-----\nkey"), ("concat", "abcd"))
    )
    assert [part for part, asked in colours if asked] == ["ab", "cd"]
    assert [part for part, asked in numbers if asked] == ["key"]
    assert joined == [("ab", True), ('" + "', False), ("cd", True)]


def test_one_number_is_one_value() -> None:
    """An echo repeats the value that it echoes."""
    cases = stranger._fill(stranger.StrangerTemplate("x", "x", "p=⟦pwsafe:1⟧ then ⟦?pwsafe:1⟧"), 0)
    given, echoed = cases
    assert (given.promised, echoed.promised) == (True, False)
    assert given.text[slice(*given.pieces[0])] == echoed.text[slice(*echoed.pieces[0])]


@pytest.mark.parametrize(
    ("form", "pattern"),
    [("a-[0-9]{3}", r"a-\d{3}"), ("[A-C]{2,4}.x", r"[ABC]{2,4}\.x"), ("plain", "plain")],
)
def test_a_value_has_its_form(form: str, pattern: str) -> None:
    assert re.fullmatch(pattern, draw_format(form, random.Random(1)))


def test_the_same_seed_draws_the_same_value() -> None:
    """A figure can be measured again."""
    assert (
        draw_value("jwt", random.Random(3))
        == draw_value("jwt", random.Random(3))
        != draw_value("jwt", random.Random(4))
    )
