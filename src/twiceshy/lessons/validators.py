"""What a good value looks like, from bad and good ones; and the proof that no call that worked would have been refused.

A form is taken only from a short list, from the narrow to the wide: all good values have it and no bad one does. One
example is enough for a form that hardly comes by chance (a full hash, a uuid, a number, an absolute path).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from twiceshy.lessons.checks import CheckError, holds, pattern
from twiceshy.records.lessons import Step, Validation


class Form(NamedTuple):
    """A form that values have."""

    expected: str
    regex: str
    bad: str = ""
    """What a bad value has to look like for one example to be enough; empty: anything."""
    fewest: int = 1
    """Good values that are needed."""
    name: str = ""
    """As messages call it; empty where that says too little."""


FORMS = (
    Form("a full commit hash of 40 characters", "[0-9a-f]{40}", "[0-9a-f]{4,39}"),
    Form("a uuid", "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", name="uuid"),
    Form("a whole number", "-?[0-9]+", "[^0-9]*[0-9]?.*", name="integer"),
    Form("a date as year-month-day", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    Form("an absolute path", "/.*", "[^/].*", name="absolute path"),
    Form("a web address", "https?://.+"),
    Form("lower case", "[^A-Z]+", ".*[A-Z].*", 2),
)


def form_of(bad: Sequence[str], good: Sequence[str]) -> Validation | None:
    """The form that all good values have and no bad one; None where none of the list is it.

    >>> form_of(["4a5b6c7"], ["4a5b6c7" + "0" * 33]).regex
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


def form_in_words(message: str) -> Validation | None:
    """The form that a message asks for by its name."""
    for form in FORMS:
        if form.name and re.search(rf"\b{form.name}\b", message, re.IGNORECASE):
            return Validation(expected=form.expected, regex=form.regex, error_message=f"must be {form.expected}")
    return None


def kept(validation: Validation, parameter: str, successes: Iterable[Mapping[str, object]]) -> bool:
    """Whether none of the past calls that worked would have been refused, and the validation can be read.

    A validation without a check or a pattern refuses nothing and is kept.
    """
    try:
        if validation.regex:
            pattern(validation.regex)
        for values in successes:
            if validation.check and holds(validation.check, values):
                return False
            value = values.get(parameter)
            if validation.regex and isinstance(value, str) and pattern(validation.regex).fullmatch(value) is None:
                return False
        if validation.check:
            holds(validation.check, {})
    except CheckError:
        return False
    return True


def proved(steps: Iterable[Step], successes: Sequence[Mapping[str, object]]) -> tuple[Step, ...]:
    """The steps without those whose validator would have refused a call that worked."""
    return tuple(step for step in steps if step.validation is None or kept(step.validation, step.parameter, successes))


def elected(proposals: Iterable[tuple[Step, ...]]) -> tuple[Step, ...]:
    """The steps that most sessions propose; of as many votes the longer list, which says more."""
    votes: dict[str, int] = {}
    texts: dict[str, tuple[Step, ...]] = {}
    for steps in proposals:
        if steps:
            name = repr(
                [(one.action, one.tool, one.parameter, one.validation, sorted(one.args.items())) for one in steps]
            )
            votes[name] = votes.get(name, 0) + 1
            texts.setdefault(name, steps)
    best = max(votes, key=lambda name: (votes[name], len(texts[name]), name), default="")
    return texts.get(best, ())
