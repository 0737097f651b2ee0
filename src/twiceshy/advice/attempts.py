"""A session's calls as attempts: the signs before each, how it ended, and what it cost until it worked."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.advice.signs import PendingCall, Signs
from twiceshy.advice.trials import EDITING, PROBES, UNREAD_WORDS, TrialContext, fate_of, message_has
from twiceshy.commands.keys.gate_keys import first_word
from twiceshy.records.effects import Attempt
from twiceshy.records.rules import WRONG_FATES, Fate
from twiceshy.records.stories import Step, Story
from twiceshy.stats.text.json_fields import parse_fields

_WORKTREES = re.compile(r"/\.?(?:claude/)?worktrees?/")
LONGEST_WASTE_M = 30.0
"""Minutes, as ``logs.behaviour_counts``: what takes longer was not waiting for this one thing (guess of
2026-11-21)."""
_Thing = tuple[bytes | None, str, str]
"""Dialogue, sort of call, and what it is about."""


class CallTexts(NamedTuple):
    """The texts of a session's calls, by call."""

    given: Mapping[bytes, str]
    """Inputs in JSON."""
    after: Mapping[bytes, Sequence[tuple[str, str]]]
    """Paths and texts of files after an edit whose whole result is known."""
    shown: Mapping[bytes, str]
    """What each reading of a whole file showed."""


def list_attempts(story: Story, steps: Sequence[Step], known: TrialContext, texts: CallTexts) -> Iterator[Attempt]:
    """Yield the calls in order, without those refused by a person, or by the agent at no cost."""
    fates = {step.uid: fate_of(step, known) for step in steps if step.kind == "call"}
    minutes = measure_costs(steps, fates)
    signs = Signs(story.agent, repository_of(story.cwd or ""), story.cwd or "")
    told = {moment.step.uid: moment.text for moment in story.moments}
    for step in steps:
        if step.kind == "prompt":
            signs.prompt(told.get(step.uid, ""))
        if step.kind != "call" or fates[step.uid] is Fate.NOT_MADE or (known.refuses_unread and _is_free_refusal(step)):
            continue
        key = known.paths.get(step.uid)
        asked = PendingCall(
            step,
            parse_fields(texts.given.get(step.uid, "")),
            key.hex() if key else "",
            known.blind.get(step.uid),
            known.retries.get(step.uid),
        )
        fate = fates[step.uid]
        yield Attempt(
            signs=tuple(signs.of(asked)),
            wrong=fate in WRONG_FATES and not _is_probe(step),
            minutes=minutes.get(step.uid, 0.0),
            tool=f"{story.agent} {step.name}",
            failed=fate is Fate.FAILED,
        )
        signs.note_call(asked, texts.after.get(step.uid, ()), texts.shown.get(step.uid, ""))
        signs.hear(told.get(step.uid, ""))


def measure_costs(steps: Sequence[Step], fates: Mapping[bytes, Fate]) -> dict[bytes, float]:
    """Return the agent's minutes from each wrong call to the next try of the same thing.

    The next try counts whether it was right or wrong, so the tries of one thing add up to the time until it
    worked. The thing is a command's head, an edit's file, else the tool. A call that was never tried again ends
    with the next call of its sort. A person's time, which is the gap before a prompt, does not count;
    nor does a call whose next try came so late that something else went on meanwhile.
    """
    times = _measure_working_times(steps)
    tries: dict[_Thing, bytes] = {}
    given_up: dict[tuple[bytes | None, str], list[bytes]] = defaultdict(list)
    found: dict[bytes, float] = {}
    for step in steps:
        if step.kind != "call" or fates[step.uid] is Fate.NOT_MADE:
            continue
        thing, now = _thing_of(step), times[step.uid]
        if (before := tries.pop(thing, None)) is not None:
            found[before] = now - times[before]
        for uid in given_up.pop(thing[:2], ()):
            found.setdefault(uid, now - times[uid])
        if fates[step.uid] in WRONG_FATES:
            tries[thing] = step.uid
            given_up[thing[:2]].append(step.uid)
    return {uid: seconds / 60 for uid, seconds in found.items() if seconds / 60 <= LONGEST_WASTE_M}


def _thing_of(step: Step) -> _Thing:
    """Return what a call tries: a command's head, an edit's file, else the tool; of one sort in one dialogue."""
    action = "edit" if step.action in EDITING else step.action
    of = {"run": step.head, "edit": step.path}.get(action)
    return step.run, action, of or step.name


def _measure_working_times(steps: Sequence[Step]) -> dict[bytes, float]:
    """Return for each step the seconds the agent had worked by then, without the gaps before prompts."""
    found: dict[bytes, float] = {}
    clock, last = 0.0, None
    for step in steps:
        if step.at is not None:
            if last is not None and step.kind != "prompt":
                clock += max(step.at - last, 0.0)
            last = step.at if last is None else max(last, step.at)
        found[step.uid] = clock
    return found


def _is_free_refusal(step: Step) -> bool:
    """Tell whether the agent's own tool refused an edit of an unread file, which costs only a line."""
    return step.failure == "error" and step.action in EDITING and message_has(step, UNREAD_WORDS)


def _is_probe(step: Step) -> bool:
    """Tell whether a failure of the command is an answer and not a fault, as with a probe."""
    return step.action == "run" and first_word(step.text or "") in PROBES


def repository_of(folder: str) -> str:
    """Return the name of the folder that was worked in; for a worktree, the name of its main folder.

    Worktrees are recognised by the folder for worktrees that they lie in.

    >>> repository_of("/home/ann/shop/.worktrees/fix-1"), repository_of("/home/ann/shop/")
    ('shop', 'shop')
    """
    return _WORKTREES.split(folder, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
