"""What a good value looks like, from bad and good ones; and the proof that it refuses no call that worked.

A form comes only from a short list, from the narrow to the wide: all good values have it and no bad one does. One
example is enough for a form that hardly comes by chance (a full hash, a uuid, a number, an absolute path).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from twiceshy.lessons.check_language import CheckError, compile_pattern, parse_check, refuses
from twiceshy.records.lessons import PreventionStep, Validation


class _ValueForm(NamedTuple):
    """A form that values have."""

    expected: str
    regex: str
    bad: str = ""
    """What a bad value has to look like for one example to be enough; empty: anything."""
    fewest: int = 1
    """Good values that are needed."""
    name: str = ""
    """As messages call it; empty where that says too little."""


_FAILURES_FOR_LUCK = 3
"""Failures for each call that worked against a validator: with fewer it is wrong, else the call was lucky, as a
short hash is that only one commit has (guess, 2026-11-24)."""
FORMS = (
    _ValueForm("a full commit hash of 40 characters", "[0-9a-f]{40}", "[0-9a-f]{4,39}"),
    _ValueForm("a uuid", "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", name="uuid"),
    _ValueForm("a whole number", "-?[0-9]+", "[^0-9]*[0-9]?.*", name="integer"),
    _ValueForm("a date as year-month-day", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    _ValueForm("an absolute path", "/.*", "[^/].*", name="absolute path"),
    _ValueForm("a web address", "https?://.+"),
    _ValueForm("lower case", "[^A-Z]+", ".*[A-Z].*", 2),
)


def infer_form(bad: Sequence[str], good: Sequence[str]) -> Validation | None:
    """Return the form that all good values have and no bad one; None where no form of the list fits.

    >>> infer_form(["4a5b6c7"], ["4a5b6c7" + "0" * 33]).regex
    '[0-9a-f]{40}'
    """
    goods, bads = [value for value in good if value], [value for value in bad if value]
    for form in FORMS:
        if len(set(goods)) < form.fewest or not bads:
            continue
        fits = re.compile(form.regex).fullmatch
        if (
            all(map(fits, goods))
            and not any(map(fits, bads))
            and all(re.fullmatch(form.bad or ".*", one) for one in bads)
        ):
            return Validation(expected=form.expected, regex=form.regex, error_message=f"must be {form.expected}")
    return None


def find_requested_form(message: str) -> Validation | None:
    """Return the form that a message asks for by its name; None where it asks for none."""
    for form in FORMS:
        if form.name and re.search(rf"\b{form.name}\b", message, re.IGNORECASE):
            return Validation(expected=form.expected, regex=form.regex, error_message=f"must be {form.expected}")
    return None


def withstands(
    validation: Validation, parameter: str, successes: Iterable[Mapping[str, object]], failures: int, alarms: int = 0
) -> bool:
    """Tell whether the validation can be read and holds against the past calls that worked and that it refuses.

    ``failures``: how often it was seen to be right; ``alarms``: calls like these, counted before, so at least so many.
    A validation without a check or a pattern refuses nothing, so the answer is yes.
    """
    try:
        if validation.regex:
            compile_pattern(validation.regex)
        if validation.check:
            parse_check(validation.check)
    except CheckError:
        return False
    refused = sum(refuses(validation, parameter, values) for values in successes)
    return not refused or max(refused, alarms) * _FAILURES_FOR_LUCK <= failures


def filter_proven(
    steps: Iterable[PreventionStep], successes: Sequence[Mapping[str, object]], failures: Mapping[Validation, int]
) -> tuple[PreventionStep, ...]:
    """Return the steps without those whose validator the calls that worked speak against.

    ``failures``: in how many sessions each validator was proposed; 1 where it is not named.
    """
    return tuple(
        step
        for step in steps
        if step.validation is None
        or withstands(step.validation, step.parameter, successes, failures.get(step.validation, 1))
    )


def elect_steps(proposals: Iterable[tuple[PreventionStep, ...]]) -> tuple[PreventionStep, ...]:
    """Return the steps that most sessions propose; with equal votes the longer list, which says more."""
    votes: dict[str, int] = {}
    texts: dict[str, tuple[PreventionStep, ...]] = {}
    for steps in proposals:
        if steps:
            name = repr(
                [(one.action, one.tool, one.parameter, one.validation, sorted(one.args.items())) for one in steps]
            )
            votes[name] = votes.get(name, 0) + 1
            texts.setdefault(name, steps)
    best = max(votes, key=lambda name: (votes[name], len(texts[name]), name), default="")
    return texts.get(best, ())
