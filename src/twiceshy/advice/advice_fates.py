"""The outcome of a call that advice was given about, and what it says of the advice.

Advice after a failure comes when the call has failed already; its outcome is whether the agent got over it soon.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from twiceshy.commands.keys.gate_keys import OVERRIDE, head_words_of, program_of
from twiceshy.insights.remedies.fix_episodes import Episode
from twiceshy.records import ids
from twiceshy.records.outcomes import Ratings, RatingWord
from twiceshy.records.rules import WRONG_FATES, Advice, Fate, Level, RuleKind
from twiceshy.records.stories import Step


def find_recoveries(episodes: Iterable[Episode]) -> dict[bytes, bool]:
    """Map each failed call after which something was tried to whether that got over it."""
    return {one.failed: one.solved or any(way.worked for way in one.ways) for one in episodes if one.ways or one.solved}


def resolve_outcome(given: Advice, fate: Fate | None, tried: Mapping[bytes, bool]) -> Fate | None:
    """Return the outcome of the call that the advice was about; None where it is not known.

    A call that was refused by us was not made, whatever the agent's log calls that.
    """
    if given.category == RuleKind.FIX:
        worked = tried.get(given.call or b"")
        return None if worked is None else Fate.FINE if worked else Fate.FAILED
    refused = given.level is Level.BLOCK and given.shown and fate is Fate.FAILED
    return Fate.NOT_MADE if refused else fate


def count_right(given: Iterable[Advice], said: Ratings) -> tuple[int, int]:
    """Return how much advice turned out right, and of how much that is known.

    What a person says of a rule is about the last time that it was shown before. There it goes before what became of
    the call, and it is known where that is not.
    """
    advice = list(given)
    words = _place_words(advice, said)
    fates = [
        words.get(one.uid, one.outcome in WRONG_FATES) for one in advice if one.uid in words or one.outcome is not None
    ]
    return sum(fates), len(fates)


def _place_words(advice: Sequence[Advice], said: Ratings) -> dict[bytes, bool]:
    """Map the advice that a person's good or bad word is about to whether it was right."""
    rated = {one.rule: rating for one in advice if (rating := said.of(ids.WARNING, one.rule)) is not None}
    last: dict[bytes, Advice] = {}
    for one in sorted(advice, key=lambda one: (one.at, one.uid)):
        if one.shown and one.rule in rated and one.at <= rated[one.rule].at:
            last[one.rule] = one
    words = {one.uid: rated[rule].word for rule, one in last.items()}
    return {uid: word is RatingWord.GOOD for uid, word in words.items() if word is not RatingWord.NEUTRAL}


def find_refusals_rated_bad(given: Iterable[Advice], said: Ratings) -> dict[bytes, datetime]:
    """Map each rule that refused a call, of which a person says that it is bad, to when that was said.

    Not a step of a workflow, which is declared.
    """
    refused = {
        one.rule for one in given if one.level is Level.BLOCK and one.shown and one.category != RuleKind.WORKFLOW
    }
    ratings = {rule: rating for rule in refused if (rating := said.of(ids.WARNING, rule)) is not None}
    return {rule: rating.at for rule, rating in ratings.items() if rating.word is RatingWord.BAD}


def find_repeats(steps: Sequence[Step], fates: Mapping[bytes, Fate]) -> dict[bytes, bool]:
    """Map each call to whether a later one of the session for the same thing went wrong.

    The same thing: the same file, or a command with the same program and subcommand.
    """
    found: dict[bytes, bool] = {}
    wrong: set[tuple[str, str]] = set()
    for step in reversed(steps):
        if step.kind != "call":
            continue
        about = _name_thing(step)
        found[step.uid] = about in wrong
        if fates.get(step.uid) in WRONG_FATES:
            wrong.add(about)
    return found


def find_false_refusals(
    given: Iterable[Advice], steps: Sequence[Step], fates: Mapping[bytes, Fate]
) -> dict[bytes, datetime]:
    """Map each rule that refused a call wrongly to when it did so.

    A person said to go on, or the very call went well when it was overridden or tried again. A step of a workflow is
    declared and not counted: that a call without it goes well says nothing against it.
    """
    places = {step.uid: place for place, step in enumerate(steps) if step.kind == "call"}
    refusals = [one for one in given if one.level is Level.BLOCK and one.category != RuleKind.WORKFLOW]
    return {
        one.rule: one.at
        for one in refusals
        if one.call in places and (one.by_person or _went_well(one, steps[places[one.call] :], fates))
    }


def _went_well(refusal: Advice, steps: Sequence[Step], fates: Mapping[bytes, Fate]) -> bool:
    """Tell whether the call that ``steps`` begin with went well all the same: overridden, or tried again."""
    if refusal.overridden:
        return fates.get(steps[0].uid) is Fate.FINE
    return refusal.shown and any(fates.get(step.uid) is Fate.FINE for step in _list_tries(steps))


def _list_tries(steps: Sequence[Step]) -> list[Step]:
    """Return the later calls that are the same as the first step."""
    first = steps[0]
    return [step for step in steps[1:] if step.kind == "call" and _spell(step) == _spell(first)]


def _spell(step: Step) -> tuple[str, str, str]:
    """Return a call as it was made, without the comment that overrides."""
    return step.name, step.path or "", (step.text or "").replace(OVERRIDE, "").rstrip(" #")


def _name_thing(step: Step) -> tuple[str, str]:
    """Return what a call is about: a file, or a command's first words; else the tool."""
    if step.path:
        return "path", step.path
    if step.action == "run" and step.text:
        return "run", head_words_of(step.text) or program_of(step.text)
    return "tool", step.name
